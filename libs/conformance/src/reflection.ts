import { fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { ServerReflectionContract } from '@kelp/contract-grpc';
import { type Channel, client } from '@kelp/rpc';

/** The full names of all RPCs that a server describes by reflection. */
export async function describedBy(channel: Channel): Promise<string[]> {
  const reflection = client(ServerReflectionContract, channel);
  const ask = async (messageRequest: { $case: 'listServices' | 'fileContainingSymbol'; value: string }) => {
    const question = async function* () {
      yield { host: '', messageRequest };
    };
    for await (const { messageResponse } of reflection.serverReflectionInfo(question())) return messageResponse;
    return undefined;
  };
  const list = await ask({ $case: 'listServices', value: '' });
  const services = list?.$case === 'listServicesResponse' ? list.value.service.map(({ name }) => name) : [];
  const names: string[] = [];
  for (const service of services) {
    const answer = await ask({ $case: 'fileContainingSymbol', value: service });
    if (answer?.$case !== 'fileDescriptorResponse') continue;
    const [file] = answer.value.fileDescriptorProto;
    const { service: declared } = fromBinary(FileDescriptorProtoSchema, file!);
    const found = declared.find(({ name }) => service.endsWith(`.${name}`));
    names.push(...(found?.method ?? []).map(({ name }) => `${service}.${name}`));
  }
  return names;
}
