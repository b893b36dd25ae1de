// Loaded into a service's process before anything else: its clock is off by as many milliseconds as the file at
// CLOCK_OFFSET_FILE says, and jumps when that changes. Timers, which go by another clock, are right all along.
import { readFileSync } from 'node:fs';

const POLL_MS = 50;
const OwnDate = Date;
let offset = 0;

function look() {
  try {
    offset = Number(readFileSync(process.env.CLOCK_OFFSET_FILE, 'utf8')) || 0;
  } catch {
    offset = 0; // nobody has touched this clock
  }
}

const now = () => OwnDate.now() + offset;

class ShiftedDate extends OwnDate {
  constructor(...args) {
    if (args.length === 0) super(now());
    else super(...args);
  }
  static now = now;
  static [Symbol.hasInstance](value) {
    return value instanceof OwnDate; // also what Node itself has made
  }
}
globalThis.Date = Object.defineProperty(ShiftedDate, 'name', { value: 'Date' });
look();
setInterval(look, POLL_MS).unref();
