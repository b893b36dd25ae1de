import { connect, createServer } from 'node:net';
import { type ServiceName, services } from './services.js';
import { freePort } from './tools.js';

/** Where things listen on 127.0.0.1. */
export type Ports = Record<ServiceName | 'webhooks' | 'postgres', number>;

/** Something else listens on ports that are needed. */
export class PortsInUse extends Error {
  override readonly name = 'PortsInUse';
  constructor(readonly names: readonly (keyof Ports)[]) {
    super(`These ports are in use: ${names.join(', ')}.`);
  }
}

/** Ports that nothing listens on at the moment, for tests and benches. */
export async function freePorts(): Promise<Ports> {
  const names = [...services, 'webhooks', 'postgres'];
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await freePort()]))) as Ports;
}

/** Of these ports, the names of those that something listens on. */
export async function portsInUse(ports: Partial<Ports>): Promise<(keyof Ports)[]> {
  const entries = Object.entries(ports) as [keyof Ports, number][];
  const used = await Promise.all(entries.map(([, port]) => isInUse(port)));
  return entries.filter((_, index) => used[index]).map(([name]) => name);
}

const isInUse = (port: number): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(true);
      else reject(new Error(`Port ${port} of 127.0.0.1 cannot be used: ${error.message}`, { cause: error }));
    });
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(false)));
  });

const CONNECT_TIMEOUT_MS = 5_000;

/** Whether something answers at the host and port of a URL. */
export const isReachable = (url: string, defaultPort: number): Promise<boolean> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port || defaultPort), hostname);
    const finish = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => finish(false));
    socket.once('connect', () => finish(true)).once('error', () => finish(false));
  });
