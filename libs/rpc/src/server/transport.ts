import { Server as GrpcServer, type UntypedHandleCall } from '@grpc/grpc-js';
import type { Logger } from '@kelp/telemetry';
import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import type { Contract } from '../contract.js';
import { GRPC_TRANSPORT, type HandlerExtras } from '../grpc-controller.js';
import { type Tls, watchCertificates } from '../tls/certificates.js';
import { serverCredentials } from '../tls/credentials.js';
import { grpcMethod } from '../wire/grpc-definition.js';
import { handlerFor } from './answer.js';
import { ContractUses } from './contract-uses.js';
import type { Guard } from './guard.js';
import { Health } from './health.js';
import { OpenCalls } from './open-calls.js';
import { reflectionOf } from './reflection.js';
import type { AnyHandler, Conditions, ServedRpc } from './served-rpc.js';
import { prepareConnections, serverOptions } from './server-options.js';

export interface TransportOptions {
  /** This service's name: the first part of the domain of its errors. */
  readonly service: string;
  /** `host:port`; port 0 takes a free one. */
  readonly address: string;
  readonly tls: Tls;
  /** Who may call, by the names in their certificates: `caller/Rpc`, or `caller` for every RPC. */
  readonly callers: readonly string[];
  readonly log: Logger;
  /** How long a connection lives before its client is asked to open another one, in milliseconds: 5 minutes. */
  readonly connectionAgeMs?: number;
  /** How long a stream lives before it is asked to come to its end, in milliseconds: 3 minutes. */
  readonly streamAgeMs?: number;
  /** How long open calls may take to end when the server goes away, in milliseconds: 10,000. */
  readonly drainMs?: number;
  /** Decides about the callers' users and keys; the call map alone decides where there is none. */
  readonly guard?: Guard;
}

const DRAIN_MS = 10_000;

/** Serves Nest's handlers over grpc-js: pull-based streams, cancellation, deadlines, and one error model. */
export class GrpcTransport extends Server implements CustomTransportStrategy {
  override readonly transportId = GRPC_TRANSPORT;
  readonly health = new Health();
  readonly #server: GrpcServer;
  readonly #calls = new OpenCalls();
  readonly #uses = new ContractUses();
  readonly #certificates;
  #address: string | undefined;
  #closing: Promise<void> | undefined;

  constructor(private readonly options: TransportOptions) {
    super();
    this.#server = new GrpcServer(serverOptions(options.connectionAgeMs));
    this.#certificates = watchCertificates(options.tls, options.log);
  }

  /** Where it listens, with the real port. */
  get address(): string {
    if (!this.#address) throw new Error('The server does not listen yet.');
    return this.#address;
  }

  /** Called by Nest, once all handlers are known. */
  listen(callback: (error?: unknown) => void): void {
    this.start().then(() => callback(), callback);
  }

  private async start(): Promise<void> {
    const contracts = this.serveHandlers();
    this.serveBuiltIns(contracts);
    const { address } = this.options;
    const port = await new Promise<number>((resolve, reject) =>
      this.#server.bindAsync(address, serverCredentials(this.#certificates), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    prepareConnections(this.#server);
    this.#address = `${address.slice(0, address.lastIndexOf(':'))}:${port}`;
    for (const { definition } of contracts) this.health.add(definition.fullName);
  }

  private serveHandlers(): Contract[] {
    const contracts = new Map<Contract, Map<string, AnyHandler>>();
    for (const handler of this.getHandlers().values()) {
      const { contract, method } = handler.extras as HandlerExtras;
      const methods = contracts.get(contract) ?? contracts.set(contract, new Map()).get(contract)!;
      methods.set(method, handler as AnyHandler);
    }
    for (const [contract, handlers] of contracts) this.add(contract, (method) => handlers.get(method)!);
    return [...contracts.keys()];
  }

  private serveBuiltIns(contracts: readonly Contract[]): void {
    for (const { contract, handlers } of [this.health.service(), reflectionOf(contracts)]) {
      this.add(
        contract,
        (method) => handlers[method]!,
        () => ({ openToAll: true, builtIn: true }),
      );
    }
    const { contract, handlers } = this.#uses.service(contracts);
    const conditions = (method: string) => ({ openToAll: method === 'getContractReleases', builtIn: true });
    this.add(contract, (method) => handlers[method]!, conditions);
  }

  private add(
    contract: Contract,
    handler: (method: string) => AnyHandler,
    conditions: (method: string) => Partial<Conditions> = () => ({}),
  ): void {
    const { definition, checks } = contract;
    const answers: Record<string, UntypedHandleCall> = {};
    const methods: Record<string, ReturnType<typeof grpcMethod>> = {};
    for (const [key, method] of Object.entries(definition.methods)) {
      methods[key] = grpcMethod(definition, method);
      const rpc: ServedRpc = {
        definition,
        method,
        handler: handler(key),
        check: checks?.[key]?.request,
        ...this.options,
        calls: this.#calls,
        uses: this.#uses,
        ...conditions(key),
      };
      answers[key] = handlerFor(rpc);
    }
    this.#server.addService(methods, answers);
  }

  /** Asks every long-lived stream to come to its end, and tells health checks to look elsewhere. */
  drain(): void {
    this.health.drain();
    this.#calls.drain();
  }

  /** Waits for the open calls, at most `drainMs`; then cuts what is left. Called by Nest. */
  close(): Promise<void> {
    this.#closing ??= this.shutDown();
    return this.#closing;
  }

  private async shutDown(): Promise<void> {
    this.drain();
    const closed = new Promise<void>((resolve) => this.#server.tryShutdown(() => resolve()));
    const cut = setTimeout(() => {
      this.options.log.warn({ calls: this.#calls.size }, 'cut the calls that did not end in time');
      this.#server.forceShutdown();
    }, this.options.drainMs ?? DRAIN_MS);
    await closed;
    clearTimeout(cut);
    this.#certificates.close();
  }

  on(): never {
    throw new Error('This transport has no events: see health and metrics.');
  }

  unwrap<T>(): T {
    return this.#server as T;
  }
}
