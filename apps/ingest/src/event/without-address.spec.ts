import fc from 'fast-check';
import { WithoutAddress } from './without-address.js';

const ada = new WithoutAddress('ada+news@example.com');

describe('the address', () => {
  it.each([
    ['550 5.1.1 <Ada+News@Example.COM>: no such user', '550 5.1.1 <[recipient]>: no such user'],
    ['https://e.example/u?to=ada%2Bnews%40example.com&x=1', 'https://e.example/u?to=[recipient]&x=1'],
    ['https://e.example/u?to=ada+news%40example.com', 'https://e.example/u?to=[recipient]'],
    ['bounce+ada+news=example.com@mail.example', 'bounce+[recipient]@mail.example'],
    ['ada+news@example.com, ada+news@example.com', '[recipient], [recipient]'],
    ['550 eve@example.com', '550 eve@example.com'],
    ['', ''],
  ])('in "%s" becomes "%s"', (text, expected) => expect(ada.text(text)).toBe(expected));

  it('is taken out of lists and records, keys and values', () => {
    expect(ada.texts(['x', 'ada+news@example.com'])).toEqual(['x', '[recipient]']);
    expect(ada.record({ email: 'ada+news@example.com', 'ada+news@example.com': '1' })).toEqual({
      email: '[recipient]',
      '[recipient]': '1',
    });
  });

  it('may be anything, and text around it stays', () => {
    const part = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 30 }).map((text) => text.toLowerCase());
    fc.assert(
      fc.property(part, part, fc.string(), (local, domain, text) => {
        const address = `${local.replaceAll('@', '')}@${domain.replaceAll('@', '')}`;
        fc.pre(!address.startsWith('@') && !address.endsWith('@'));
        const without = new WithoutAddress(address);
        expect(without.text(`<${address.toUpperCase()}>`)).toBe('<[recipient]>');
        if (!text.toLowerCase().includes(address.slice(address.indexOf('@') + 1)))
          expect(without.text(text)).toBe(text);
      }),
    );
    for (const odd of ['', 'nobody', '@', 'ada@']) expect(new WithoutAddress(odd).text('text')).toBe('text');
  });
});
