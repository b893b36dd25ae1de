const LINE_EVERY_MS = 2_000;

/** What of a stream is used: `process.stdout` is one. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Where a person, or a log, reads along: lines that stay, and one line that changes. */
export class Terminal {
  #live = '';
  #latestLineAt = 0;

  constructor(private readonly stream: Output = process.stdout) {}

  /** A line that stays. */
  say(text = ''): void {
    this.erase();
    this.stream.write(`${text}\n`);
    this.draw();
  }

  /** The line that changes. Where there is no terminal, a line now and then. */
  live(text: string): void {
    if (this.stream.isTTY) {
      this.erase();
      this.#live = text;
      this.draw();
    } else if (Date.now() - this.#latestLineAt >= LINE_EVERY_MS) {
      this.#latestLineAt = Date.now();
      this.stream.write(`${text}\n`);
    }
  }

  /** Lets the line that changes stay as it is. */
  settle(text: string): void {
    this.erase();
    this.#live = '';
    this.stream.write(`${text}\n`);
  }

  private erase(): void {
    if (this.#live) this.stream.write('\r\x1b[2K');
  }

  private draw(): void {
    // Longer than the terminal is wide, it could not be erased.
    if (this.#live) this.stream.write(this.#live.slice(0, (this.stream.columns ?? 80) - 1));
  }
}
