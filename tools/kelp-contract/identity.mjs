import { createHash } from 'node:crypto';
import { clone, create, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

/** What comes with the compiler and the field rules' own vocabulary: no promise of ours, and they change with versions of buf. */
const isOurs = ({ name }) => !name.startsWith('google/protobuf/') && !name.startsWith('buf/');

/** A contract's files without comments, which are no promise. */
export function withoutComments(files) {
  return files.map((described) => {
    const promise = clone(FileDescriptorProtoSchema, described);
    promise.sourceCodeInfo = undefined;
    return promise;
  });
}

/** The binary form that releases are stored in, and servers describe themselves with. */
export const descriptorSet = (files) =>
  toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: withoutComments(files) }));

/**
 * The hash that names a contract: the same for the same promise, whatever the comments, and the order of the files.
 * @param {readonly import('@bufbuild/protobuf/wkt').FileDescriptorProto[]} files the contract's and all that they import
 * @returns {string} 16 hexadecimal digits
 */
export function hashOf(files) {
  const ours = files.filter(isOurs).sort((a, b) => (a.name < b.name ? -1 : 1));
  return createHash('sha256').update(descriptorSet(ours)).digest('hex').slice(0, 16);
}
