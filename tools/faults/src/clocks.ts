import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ServiceName } from '@kelp/stack';

/** The same file from a bundle in `dist/`, and from here. */
const SHIFTED = pathToFileURL(join(import.meta.dirname, '../src/shifted-clock.mjs')).href;

/** The clocks of the services, each of which can be wrong by itself. The database has another one, which is right. */
export class Clocks {
  constructor(private readonly folder: string) {}

  /** The settings that make a service look at its clock here. */
  settings(service: ServiceName): Record<string, string> {
    return { NODE_OPTIONS: `--import ${SHIFTED}`, CLOCK_OFFSET_FILE: this.fileOf(service) };
  }

  /** Sets a service's clock so many milliseconds before or after the right time. */
  set(service: ServiceName, offsetMs: number): void {
    writeFileSync(this.fileOf(service), String(offsetMs));
  }

  private fileOf(service: ServiceName): string {
    return join(this.folder, `${service}.clock`);
  }
}
