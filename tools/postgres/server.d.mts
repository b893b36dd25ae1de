/** A running PostgreSQL server on 127.0.0.1. */
export interface PostgresServer {
  readonly pid: number;
  /** Resolves when the process has ended, for whatever reason. */
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** The URL of one of its databases. */
  url(database: string): string;
  /** Waits for no client: connections are closed, transactions rolled back. */
  stop(): Promise<void>;
}

export interface PostgresOptions {
  /** Made where it is missing. */
  dataDir: string;
  port: number;
  /** What `postgresql.conf` may hold. */
  settings?: Record<string, string | number>;
  /** A file for what the server says. */
  log?: string;
  /** Hears the process id at once: it may take a while until it serves. */
  onSpawn?(pid: number): void;
}

/** Starts a server, and waits until it takes connections. Throws, with what the server said, where it does not. */
export function startPostgres(options: PostgresOptions): Promise<PostgresServer>;
