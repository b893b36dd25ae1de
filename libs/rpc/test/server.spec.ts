import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { promisify } from 'node:util';
import {
  HealthContract,
  ServerReflectionContract,
  HealthCheckResponse_ServingStatus as ServingStatus,
  TestContract,
} from '@kelp/contract-grpc';
import { Code } from '@kelp/status';
import { eventually, tlsOf } from '@kelp/testing';
import { client, GrpcController } from '../src/index.js';
import { testStack } from './test-service.js';

it('starts only with a handler for each RPC, and names those that are missing', () => {
  class Half {
    async emptyCall() {
      return {};
    }
  }
  expect(() => GrpcController(TestContract)(Half)).toThrow(
    'Half does not implement unaryCall, streamingOutputCall, streamingInputCall, fullDuplexCall of grpc.testing.TestService.',
  );
});

it('refuses a caller that the call map does not name', async () => {
  const stack = await testStack({ callers: ['somebody-else'] });
  await expect(stack.test.emptyCall({})).rejects.toMatchObject({
    code: Code.PERMISSION_DENIED,
    reason: 'CALLER_NOT_ALLOWED',
    metadata: { caller: 'caller', method: 'EmptyCall' },
  });
  await stack.close();
});

it('lets a caller make the calls that the call map names, and no others', async () => {
  const stack = await testStack({ callers: ['caller/UnaryCall'] });
  await stack.test.unaryCall({});
  await expect(stack.test.emptyCall({})).rejects.toMatchObject({ reason: 'CALLER_NOT_ALLOWED' });
  await stack.close();
});

it('refuses a connection without a certificate', async () => {
  const stack = await testStack();
  const [host, port] = stack.running.address.split(':');
  const error = await new Promise<Error>((resolve) => {
    const socket = connectTls({ host, port: Number(port), rejectUnauthorized: false, ALPNProtocols: ['h2'] });
    socket.on('error', resolve).on('close', () => resolve(new Error('closed')));
    socket.on('data', () => {});
  });
  expect(error.message).toMatch(/certificate required|closed|reset/i);
  await stack.close();
});

it('says of each service how it is, and that it goes before it does', async () => {
  const stack = await testStack();
  const health = client(HealthContract, stack.channel);
  for (const service of ['', 'grpc.testing.TestService', 'readiness', 'liveness', 'startup']) {
    expect(await health.check({ service })).toEqual({ status: ServingStatus.SERVING });
  }
  await expect(health.check({ service: 'nobody' })).rejects.toMatchObject({ code: Code.NOT_FOUND });

  const seen: ServingStatus[] = [];
  for await (const { status } of health.watch({ service: 'readiness' })) {
    if (seen.push(status) === 1) void stack.running.close();
  }
  expect(seen).toEqual([ServingStatus.SERVING, ServingStatus.NOT_SERVING]);
  await stack.close();
});

it('closes within its bound though a stream does not end', async () => {
  const stack = await testStack({ drainMs: 200 });
  const reading = (async () => {
    const responseParameters = Array(10_000).fill({ size: 1, intervalUs: 10_000 });
    for await (const _answer of stack.test.streamingOutputCall({ responseParameters })) stack.inside.received++;
  })();
  const failed = expect(reading).rejects.toMatchObject({ name: 'StatusError' });
  await eventually(() => expect(stack.inside.received).toBeGreaterThan(0));
  await stack.running.close(); // the stream alone would go on for 100 seconds
  await failed;
  await stack.close();
});

it('lets a call under way finish when it closes', async () => {
  const stack = await testStack({ drainMs: 5_000 });
  const answer = stack.test.streamingOutputCall({
    responseParameters: Array(20).fill({ size: 1, intervalUs: 10_000 }),
  });
  let count = 0;
  for await (const _message of answer) if (++count === 1) void stack.running.close();
  expect(count).toBe(20);
  await stack.close();
});

it('describes itself by reflection', async () => {
  const stack = await testStack();
  const reflection = client(ServerReflectionContract, stack.channel);
  const ask = async function* () {
    yield { host: '', messageRequest: { $case: 'listServices' as const, value: '' } };
    yield { host: '', messageRequest: { $case: 'fileContainingSymbol' as const, value: 'grpc.testing.TestService' } };
    yield { host: '', messageRequest: { $case: 'fileContainingSymbol' as const, value: 'no.such.Thing' } };
  };
  const answers = [];
  for await (const { messageResponse } of reflection.serverReflectionInfo(ask())) answers.push(messageResponse);
  expect(answers).toEqual([
    {
      $case: 'listServicesResponse',
      value: {
        service: [
          { name: 'grpc.testing.TestService' },
          { name: 'grpc.health.v1.Health' },
          { name: 'grpc.reflection.v1.ServerReflection' },
          { name: 'kelp.usage.v1.UsageService' },
        ],
      },
    },
    { $case: 'fileDescriptorResponse', value: { fileDescriptorProto: [expect.any(Buffer)] } },
    { $case: 'errorResponse', value: { errorCode: Code.NOT_FOUND, errorMessage: expect.any(String) } },
  ]);
  await stack.close();
});

it('is called by buf curl through reflection, with a client certificate', async () => {
  const stack = await testStack();
  const { ca, certificate, key } = await tlsOf('caller');
  const buf = join(import.meta.dirname, '../../../node_modules/.bin/buf');
  const url = `https://localhost:${stack.running.address.split(':')[1]}/grpc.testing.TestService/UnaryCall`;
  const curl = (data: string) =>
    promisify(execFile)(buf, [
      'curl',
      '--protocol',
      'grpc',
      '--cacert',
      ca,
      '--cert',
      certificate,
      '--key',
      key,
      '-d',
      data,
      url,
    ]);
  expect(JSON.parse((await curl('{"responseSize": 3}')).stdout)).toEqual({ payload: { body: 'AAAA' } });
  await stack.close();
});
