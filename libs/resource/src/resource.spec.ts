import fc from 'fast-check';
import {
  bytesToUuid,
  decodePageToken,
  encodePageToken,
  etagOf,
  InvalidPageToken,
  isUuid,
  namePattern,
  pageSizeOf,
  uuidToBytes,
  uuidv7,
} from './index.js';

describe('a UUID', () => {
  it('survives the way through bytes', () => {
    fc.assert(fc.property(fc.uuid(), (uuid) => bytesToUuid(uuidToBytes(uuid)) === uuid));
  });

  it('of version 7 orders by time and is canonical', () => {
    expect(uuidv7(1) < uuidv7(2)).toBe(true);
    expect(isUuid(uuidv7())).toBe(true);
    expect(uuidv7()[14]).toBe('7');
  });

  it('is refused in any other form', () => {
    expect(() => uuidToBytes('x')).toThrow('"x" is not a UUID.');
    expect(() => bytesToUuid(new Uint8Array(15))).toThrow('16 bytes');
  });
});

describe('a resource name', () => {
  const versionName = namePattern('templates/{template}/versions/{version}');

  it('survives the way through its parts', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 1, max: 999_999_999 }), (template, version) => {
        const parts = { template, version: String(version) };
        expect(versionName.parse(versionName.format(parts))).toEqual(parts);
      }),
    );
  });

  it('is not taken for another kind of name', () => {
    const template = '01890000-0000-7000-8000-000000000000';
    for (const name of [
      '',
      '/',
      `templates/${template}`,
      `templates/${template}/versions/0`,
      `Templates/${template}/versions/1`,
      `templates/${template}/versions/1/`,
    ]) {
      expect(versionName.parse(name)).toBeUndefined();
    }
  });
});

describe('a page token', () => {
  it('gives its position back to the list it was made for', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        (list, position) => decodePageToken(list, encodePageToken(list, position)) === position,
      ),
    );
  });

  it('is refused by another list, and when it is no token', () => {
    expect(() => decodePageToken('b', encodePageToken('a', '1'))).toThrow(InvalidPageToken);
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (token) => {
        expect(() => decodePageToken('a', token)).toThrow(InvalidPageToken);
      }),
    );
  });

  it('is not needed for the first page', () => expect(decodePageToken('a', '')).toBeUndefined());
});

it('keeps page sizes within their bounds', () => {
  expect([-1, 0, 1, 1000, 1001].map(pageSizeOf)).toEqual([50, 50, 1, 1000, 1000]);
});

it('changes the etag with the revision and the name', () => {
  expect(new Set([etagOf('a', 1), etagOf('a', 2), etagOf('b', 1)]).size).toBe(3);
});
