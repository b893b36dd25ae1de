const LINE_FEED = 10;

/**
 * Tells which line, from 1, a position of a text is on. Made for positions that do not go back: each part of the text is
 * looked at once.
 */
export class LineCounter {
  private line = 1;
  private position = 0;

  constructor(private readonly text: string) {}

  /** @throws where the position lies before the last one */
  at(position: number): number {
    if (position < this.position) throw new Error(`Position ${position} lies before ${this.position}.`);
    for (; this.position < position; this.position++)
      if (this.text.charCodeAt(this.position) === LINE_FEED) this.line++;
    return this.line;
  }
}
