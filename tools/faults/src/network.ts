import type { Ports, ServiceName } from '@kelp/stack';
import { Link } from '@kelp/testing';

interface Edge {
  readonly from: ServiceName;
  readonly to: keyof Ports;
  /** What tells the caller where the other is. */
  readonly setting: string;
}

const databases = (['account', 'template', 'analytics', 'ingest'] as const).map(
  (from): Edge => ({ from, to: 'postgres', setting: 'DATABASE_URL' }),
);
const calls = (['account', 'template', 'analytics'] as const).map(
  (to): Edge => ({ from: 'ingest', to, setting: `${to.toUpperCase()}_ADDRESS` }),
);

/** One piece of the network, by its two ends. */
export interface NetworkLink extends Edge {
  readonly name: string;
  readonly link: Link;
  /** Over TLS, which notices a byte that has changed. */
  readonly isEncrypted: boolean;
}

/** What lies between the services, and between them and their databases: links that can be broken. */
export class Network {
  private constructor(readonly links: readonly NetworkLink[]) {}

  /** @param ports where the services and PostgreSQL will listen */
  static async between(ports: Ports): Promise<Network> {
    const links = [...calls, ...databases].map(async (edge): Promise<NetworkLink> => {
      const link = await Link.open(() => ({ host: '127.0.0.1', port: ports[edge.to] }));
      return { ...edge, name: `${edge.from} to ${edge.to}`, link, isEncrypted: edge.to !== 'postgres' };
    });
    return new Network(await Promise.all(links));
  }

  /** The settings of each service that lead through these links. */
  get settings(): Partial<Record<ServiceName, Record<string, string>>> {
    const settings: Partial<Record<ServiceName, Record<string, string>>> = {};
    for (const { from, to, setting, link } of this.links) {
      const address = `127.0.0.1:${link.port}`;
      settings[from] ??= {};
      settings[from][setting] = to === 'postgres' ? `postgresql://kelp@${address}/kelp_${from}` : address;
    }
    return settings;
  }

  async close(): Promise<void> {
    await Promise.all(this.links.map(({ link }) => link.close()));
  }
}
