import { counter, gauge } from '@kelp/telemetry';
import { Injectable } from '@nestjs/common';
import type { MergeProgram } from './merge-program.js';
import { parseProgram } from './program-form.js';

const lookups = counter('kelp_template_program_lookups_total', 'Compiled versions asked for.', ['result']);
const memory = gauge('kelp_template_program_cache_bytes', 'Memory that compiled versions take, about.');

/** A character takes two bytes of memory at the most. */
const BYTES_PER_CHARACTER = 2;

interface Entry {
  readonly program: MergeProgram;
  readonly bytes: number;
}

/** The compiled versions that were rendered last. A version never changes, so none is ever stale. */
@Injectable()
export class ProgramCache {
  /** In the order of their last use: a Map keeps the order of insertion. */
  private readonly entries = new Map<string, Entry>();
  private readonly loading = new Map<string, Promise<MergeProgram>>();
  private bytes = 0;

  /** @param bytesMax how much memory to use, about; a program larger than that is not kept */
  constructor(private readonly bytesMax: number) {}

  /**
   * A compiled version by its name. Those who ask at the same time load it once.
   * @param load gives its stored form
   */
  async get(version: string, load: () => Promise<string>): Promise<MergeProgram> {
    const known = this.entries.get(version);
    if (known) {
      this.entries.delete(version);
      this.entries.set(version, known);
      lookups.inc({ result: 'hit' });
      return known.program;
    }
    lookups.inc({ result: 'miss' });
    const loading = this.loading.get(version) ?? this.load(version, load);
    this.loading.set(version, loading);
    return loading;
  }

  private async load(version: string, load: () => Promise<string>): Promise<MergeProgram> {
    try {
      const form = await load();
      const program = parseProgram(form);
      this.keep(version, { program, bytes: form.length * BYTES_PER_CHARACTER });
      return program;
    } finally {
      this.loading.delete(version);
    }
  }

  private keep(version: string, entry: Entry): void {
    this.entries.set(version, entry);
    this.bytes += entry.bytes;
    for (const [oldest, { bytes }] of this.entries) {
      if (this.bytes <= this.bytesMax) break;
      this.entries.delete(oldest);
      this.bytes -= bytes;
    }
    memory.set(this.bytes);
  }
}
