import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';

type Decompress = (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

/** Each stops as soon as its output grows beyond `maxOutputLength`, whatever was still to come. */
const decompressors: ReadonlyMap<string, Decompress> = new Map<string, Decompress>([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
]);

/** `large`: more than allowed once it is decompressed. `unsupported`: compressed in another way, or damaged. */
export type DecodeTrouble = 'large' | 'unsupported';

/**
 * Undoes a `Content-Encoding`.
 * @param bytesMax how large the result may be
 */
export async function decodeBody(body: Buffer, encoding: string, bytesMax: number): Promise<Buffer | DecodeTrouble> {
  const decompress = decompressors.get(encoding.trim().toLowerCase());
  if (!decompress) return 'unsupported';
  try {
    return await decompress(body, { maxOutputLength: bytesMax });
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'large' : 'unsupported';
  }
}

/** Whether a `Content-Encoding` says that there is nothing to undo. */
export const isPlain = (encoding: string | undefined): encoding is undefined =>
  encoding === undefined || ['', 'identity'].includes(encoding.trim().toLowerCase());
