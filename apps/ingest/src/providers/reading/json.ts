/** A JSON value as text again; says so where it is nested too deeply to be written. */
export function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch (error) {
    // JSON.parse takes any depth, JSON.stringify does not: a stack overflow is a RangeError.
    if (error instanceof RangeError) return '"[nested too deeply]"';
    throw error;
  }
}
