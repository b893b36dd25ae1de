/** The value of every field of bytes that is not set: making an empty buffer costs as much as making one with bytes. */
export const noBytes: Buffer = Buffer.alloc(0);
