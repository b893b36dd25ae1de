import { ProgramFailed } from './node-program.js';
import { isReachable, type Ports, PortsInUse, portsInUse } from './ports.js';

/** Servers that were there before. */
interface OwnServers {
  postgresUrl?: string;
  queueUrl?: string;
}

const POSTGRES_PORT = 5432;
const NATS_PORT = 4222;

/** Whoever points at a server of their own wants to hear at once that it does not answer. @throws ProgramFailed */
export async function checkServers({ postgresUrl, queueUrl }: OwnServers): Promise<void> {
  if (postgresUrl && !(await isReachable(postgresUrl, POSTGRES_PORT)))
    throw new ProgramFailed(`No PostgreSQL answers at ${new URL(postgresUrl).host}.`);
  if (queueUrl && !(await isReachable(queueUrl, NATS_PORT)))
    throw new ProgramFailed(`No NATS server answers at ${new URL(queueUrl).host}. It needs JetStream: nats-server -js`);
}

/** @throws PortsInUse */
export async function checkPorts(
  { postgres, ...services }: Ports,
  { isPostgresNeeded }: { isPostgresNeeded: boolean },
): Promise<void> {
  const used = await portsInUse(isPostgresNeeded ? { postgres, ...services } : services);
  if (used.length > 0) throw new PortsInUse(used);
}
