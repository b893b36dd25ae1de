const PLACE = '[recipient]';

/** An address as texts write it: in any case, as URLs encode it, or with the `=` of a return path in place of the `@`. */
const SPELLINGS: Readonly<Record<string, string>> = { '@': '(?:@|%40|=|%3d)', '+': '(?:\\+|%2b)' };

/**
 * Takes the recipient's address out of texts of others. Servers repeat it in what they answer, senders put it into links and arguments:
 * the hash would be worth little beside it.
 */
export class WithoutAddress {
  private readonly domain: string;
  private pattern: RegExp | undefined;

  /** @param address in lower case */
  constructor(private readonly address: string) {
    this.domain = address.slice(address.indexOf('@') + 1);
  }

  /** The text, where it does not have the address in it, which costs next to nothing. */
  text(text: string): string {
    if (this.domain === '' || text.length < this.address.length || !text.toLowerCase().includes(this.domain))
      return text;
    this.pattern ??= new RegExp(
      [...this.address].map((character) => SPELLINGS[character] ?? literal(character)).join(''),
      'giu',
    );
    return text.replace(this.pattern, PLACE);
  }

  texts(texts: string[]): string[] {
    return texts.some((text) => this.text(text) !== text) ? texts.map((text) => this.text(text)) : texts;
  }

  /** Two keys that become the same one keep one value. */
  record(record: Record<string, string>): Record<string, string> {
    for (const key in record) {
      if (this.text(key) !== key || this.text(record[key]!) !== record[key]) return this.changed(record);
    }
    return record;
  }

  private changed(record: Record<string, string>): Record<string, string> {
    return Object.fromEntries(Object.entries(record).map(([key, value]) => [this.text(key), this.text(value)]));
  }
}

const literal = (character: string) => character.replace(/[\\^$.*?()[\]{}|/]/u, '\\$&');
