/** A form of Mandrill's has one field; one with many more is not read, as anybody can send it. */
const FIELDS_MAX = 16;
const AMPERSAND = 0x26;

/** The fields of a form; undefined where it has more than any provider sends. */
export function formOf(body: Buffer): URLSearchParams | undefined {
  let at = -1;
  for (let fields = 0; fields < FIELDS_MAX; fields++) {
    at = body.indexOf(AMPERSAND, at + 1);
    if (at === -1) return new URLSearchParams(body.toString('utf8'));
  }
  return undefined;
}
