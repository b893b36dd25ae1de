import fc from 'fast-check';
import { passwordViolations } from './password-policy.js';

const problems = (password: string) => passwordViolations('new_password', password, 'Ann.Smith@example.com').length;

describe('a password', () => {
  it.each([
    ['too short', 'Tr0ub4dor&3'],
    ['too short, however many bytes', '🐳🐙🦑🐠🐡🦈'],
    ['known to everybody', '1qaz2wsx3edc'],
    ['known to everybody, in capitals', 'QWERTY123456'],
    ['a common word and a year', 'password2026!'],
    ['a common word twice', 'sunshinesunshine'],
    ['a common word with signs around it', '!!!dragon!!!!1'],
    ['a few characters, over and over', 'abababababababab'],
    ['one character, however long', 'aaaaaaaaaaaaaaaaaaaaaaaa'],
    ['the address', 'ann.smith@example.com'],
    ['the name in the address', '1234ann.smith5678'],
    ['a common word in wide letters', 'ｐａｓｓｗｏｒｄ1234'],
    ['nothing', ''],
  ])('that is %s is refused', (_why, password) => {
    expect(problems(password)).toBe(1);
  });

  it.each([
    'correct horse battery staple',
    'wjx7-qpl2-vvn9',
    'Ein Walfisch im Kühlschrank',
    '海の底のくじらはとても大きい',
  ])('like %p is good', (password) => {
    expect(problems(password)).toBe(0);
  });

  it('of any sort is judged at once, and a long random one is good', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 256 }), (password) => problems(password) <= 1));
    fc.assert(
      fc.property(fc.uuid(), (password) => {
        expect(problems(password)).toBe(0);
      }),
      { numRuns: 50 },
    );
    expect(problems('ab'.repeat(128))).toBe(1);
  });
});
