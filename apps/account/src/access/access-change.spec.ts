import { accessChange } from './access-change.js';

const organization = '0199a000-0000-7000-8000-000000000001';
const id = (digit: number) => `0199a000-0000-7000-8000-00000000000${digit}`;

describe('a fact', () => {
  it('that a session has ended names it', () => {
    const data = { session_id: id(3), user_id: id(2), end_time: '2026-11-25T12:00:00Z' };
    expect(accessChange('k', organization, 'ended_session', data)).toEqual({
      key: 'k',
      fact: {
        $case: 'endedSession',
        value: { name: `organizations/${organization}/users/${id(2)}/sessions/${id(3)}` },
      },
    });
  });

  it('of a kind that only a later release knows is none, and stops nobody from hearing of the others', () => {
    expect(accessChange('k', organization, 'moon', { phase: 'full' })).toEqual({ key: 'k', fact: undefined });
  });
});
