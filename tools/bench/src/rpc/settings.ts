import type { TlsFiles } from '@kelp/testing';

/** What a process of a contestant is told when it starts: its one argument, as JSON. */
export interface Settings {
  /** Which of the peers it is. */
  readonly peer: string;
  /** Where the server listens. A process that is told so is the client; the other one is the server. */
  readonly address?: string;
  /** Both sides show a certificate and ask for one. */
  readonly tls: TlsFiles;
  /** The folder of the contracts. */
  readonly protos: string;
  /** A file with an encoded AppendEventsRequest of 1,000 events. */
  readonly events: string;
}

/** What a process is asked to do: a line of JSON on its standard input. It answers with a line on its descriptor 3. */
export type Question =
  /** Keeps so many small calls under way for a while. Answered with `Ran`. */
  | { readonly ask: 'calls'; readonly inFlight: number; readonly ms: number }
  /** The same with messages of so many events each on one bidirectional stream. Answered with `Ran`. */
  | { readonly ask: 'append'; readonly batch: number; readonly inFlight: number; readonly ms: number }
  /** Answered with `Usage`; `inUse` leaves out the memory that nobody uses any more. */
  | { readonly ask: 'usage'; readonly inUse?: true }
  /** Shuts the server down gracefully. Answered with `Closed` once it has. */
  | { readonly ask: 'close' };

export interface Ran {
  /** What was answered: calls, or messages of events. */
  readonly count: number;
  readonly ms: number;
  /** Processor time of this process. */
  readonly cpuUs: number;
}

export interface Usage {
  /** Processor time since the start. */
  readonly cpuUs: number;
  /** JavaScript's heap and what it holds outside of it. */
  readonly heapBytes: number;
  /** What handlers have counted. */
  readonly counts: Readonly<Record<string, number>>;
}

export interface Closed {
  readonly ms: number;
}
