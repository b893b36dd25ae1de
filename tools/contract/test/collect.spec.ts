import { EchoContract } from '@kelp/contract-echo';
import { client, connect, GrpcController, type Running, type Service, serve } from '@kelp/rpc';
import { logger } from '@kelp/telemetry';
import { tlsOf } from '@kelp/testing';
import { Module } from '@nestjs/common';
import { collect } from '../gates/collect.mjs';

@GrpcController(EchoContract)
class EchoController implements Service<typeof EchoContract> {
  async echo({ text }: { text: string }) {
    return { text };
  }

  async *echoCalls() {}
}

@Module({ controllers: [EchoController] })
class EchoModule {}

const serveEcho = async (): Promise<Running> =>
  serve(EchoModule, {
    service: 'echo',
    address: '127.0.0.1:0',
    tls: await tlsOf('echo'),
    callers: ['ingest', 'developer'],
    log: logger('echo', 'silent'),
  });

describe('asking a running service who uses it', () => {
  let running: Running;
  beforeEach(async () => {
    running = await serveEcho();
  });
  afterEach(() => running.close());

  it('tells each caller with its version, over mutual TLS', async () => {
    const channel = connect({ target: running.address, service: 'echo', tls: await tlsOf('ingest') });
    await client(EchoContract, channel).echo({ text: 'x' });
    channel.close();
    const before = new Date().toISOString();
    const told = await collect({ service: 'echo', target: running.address, tls: await tlsOf('developer') });
    expect(told.uses).toEqual([
      { caller: 'ingest', ...EchoContract.release, methods: ['Echo'], lastUse: expect.stringMatching(/^2.*Z$/) },
    ]);
    expect(told.recorded.from < before && before <= told.recorded.to).toBe(true);
  });

  it('says what went wrong', async () => {
    const asking = async (service: string, target: string, caller: string) =>
      collect({ service, target, tls: await tlsOf(caller) });
    await expect(asking('echo', running.address, 'stranger')).rejects.toThrow('"stranger" may not call');
    await expect(asking('account', running.address, 'developer')).rejects.toThrow('account at 127.0.0.1');
    await expect(asking('echo', '127.0.0.1:1', 'developer')).rejects.toThrow('ECONNREFUSED');
  });
});
