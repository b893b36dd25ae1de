import { Terminal } from './terminal.js';

/** What was written, as a file or a terminal 20 columns wide. */
function stream(isTTY: boolean) {
  let text = '';
  return {
    isTTY,
    columns: 20,
    write: (part: string) => {
      text += part;
      return true;
    },
    get text() {
      return text;
    },
  };
}

describe('a terminal', () => {
  it('lets lines stay above the one that changes', () => {
    const output = stream(true);
    const terminal = new Terminal(output);
    terminal.live('1 of 2');
    terminal.say('news');
    terminal.live('2 of 2');
    expect(output.text).toBe('1 of 2\r\x1b[2Knews\n1 of 2\r\x1b[2K2 of 2');
  });

  it('cuts the line that changes to the width, so that it can be erased', () => {
    const output = stream(true);
    new Terminal(output).live('x'.repeat(50));
    expect(output.text).toBe('x'.repeat(19));
  });

  it('keeps the last state of the line', () => {
    const output = stream(true);
    const terminal = new Terminal(output);
    terminal.live('1 of 2');
    terminal.settle('2 of 2');
    terminal.say('done');
    expect(output.text).toBe('1 of 2\r\x1b[2K2 of 2\ndone\n');
  });

  it('writes plain lines where nobody watches, and not too many', () => {
    const output = stream(false);
    const terminal = new Terminal(output);
    for (let count = 0; count < 100; count++) terminal.live(`${count} of 100`);
    terminal.settle('100 of 100');
    expect(output.text).toBe('0 of 100\n100 of 100\n');
  });
});
