import { eventually } from './eventually.js';

describe('eventually', () => {
  it('waits for an assertion to hold, and gives its value', async () => {
    let attempts = 0;
    const value = await eventually(() => {
      attempts += 1;
      if (attempts < 3) throw new Error('not yet');
      return attempts;
    });
    expect(value).toBe(3);
  });

  it('gives up with what was wrong last', async () => {
    let attempts = 0;
    const failing = eventually(
      () => {
        attempts += 1;
        throw new Error(`attempt ${attempts}`);
      },
      { timeoutMs: 50 },
    );
    await expect(failing).rejects.toThrow(/^attempt [2-9]$/);
  });
});
