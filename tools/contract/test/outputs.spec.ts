import { staleFiles } from '../library.mjs';
import { outputsOf } from '../outputs.mjs';

describe('the code of a contract', () => {
  it('is the same each time it is generated, and says that it is generated', () => {
    const outputs = outputsOf('ingest');
    expect(outputsOf('ingest')).toEqual(outputs);
    expect([...outputs.keys()]).toEqual(expect.arrayContaining(['gen/checks.ts', 'gen/contract.ts', 'index.ts']));
    for (const text of outputs.values()) expect(text.slice(0, 100)).toContain('DO NOT EDIT');
  });

  it('is committed as it is generated', () => {
    expect(staleFiles('ingest')).toEqual([]);
  });
});
