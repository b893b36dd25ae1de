import type { Settings } from './settings.js';

/** One way to serve and call: what the bench compares. */
export interface Peer {
  serve(settings: Settings): Promise<Served>;
  /** Absent where the bench calls the server by itself. */
  connect?(settings: Settings, address: string): Caller;
}

export interface Served {
  /** `host:port` of a free port. */
  readonly address: string;
  /** What handlers have counted so far. */
  counts?(): Readonly<Record<string, number>>;
  /** Shuts down gracefully, as the stack does it. */
  close?(): Promise<unknown>;
}

/** A client of a peer's server. */
export interface Caller {
  /** Makes one small call. */
  call(text: string): Promise<string>;
  /** Opens a stream where there is none. @returns sends the next events, and resolves once they are acknowledged */
  appender?(batch: number): () => Promise<void>;
}
