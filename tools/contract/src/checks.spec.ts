import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { pathToString } from '@bufbuild/protobuf/reflect';
import { createValidator } from '@bufbuild/protovalidate';
import fc from 'fast-check';
import { contracts } from '../library.mjs';
import { arbitraryMessage } from './arbitrary-message.js';
import { subjects } from './contracts.js';

const validator = createValidator();
const seen = { valid: 0, invalid: 0 };

describe('the generated checks', () => {
  it.each(subjects.map((subject) => [subject.desc.typeName, subject] as const))(
    'find wrong in a %s what protovalidate finds wrong',
    (_, { desc, wrongFields }) => {
      fc.assert(
        fc.property(arbitraryMessage(desc), (init) => {
          const bytes = toBinary(desc, create(desc, init));
          const verdict = validator.validate(desc, fromBinary(desc, bytes));
          if (verdict.kind === 'error') throw verdict.error;
          const expected = (verdict.violations ?? []).map(({ field }) => pathToString(field));
          expect(wrongFields(bytes).sort()).toEqual(expected.sort());
          seen[verdict.kind]++;
        }),
        { numRuns: 200 },
      );
    },
  );

  it('were compared for every contract of ours', () => {
    const ours = contracts.filter((contract) => !['google', 'grpc'].includes(contract)); // standards, without limits
    const compared = new Set(subjects.map(({ desc }) => desc.file.proto.package));
    expect([...compared].sort()).toEqual(ours.map((contract) => `kelp.${contract}.v1`).sort());
  });

  it('were tried with right and with wrong messages', () => {
    const { valid, invalid } = seen;
    expect(Math.min(valid, invalid)).toBeGreaterThan((valid + invalid) / 10);
  });
});
