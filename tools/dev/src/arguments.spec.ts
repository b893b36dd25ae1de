import { ArgumentError, readArguments } from './arguments.js';

describe('the arguments of npm start', () => {
  it('ask for the demo, and to stay up, where there are none', () => {
    expect(readArguments([])).toEqual({ noDemo: false, once: false, events: 50_000, help: false });
  });

  it('are taken as written', () => {
    expect(readArguments(['--once', '--events', '1000'])).toMatchObject({ once: true, events: 1000 });
    expect(readArguments(['--no-demo'])).toMatchObject({ noDemo: true });
  });

  it.each([
    [['--events', 'many']],
    [['--events', '0']],
    [['--events=-1']],
    [['--events', '1e3']],
    [['--once', '--no-demo']],
    [['--unknown']],
    [['stray']],
  ])('are refused in a sentence: %j', (args) => {
    expect(() => readArguments(args)).toThrow(ArgumentError);
  });
});
