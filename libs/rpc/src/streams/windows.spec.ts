import fc from 'fast-check';
import { ReceiveWindow } from './receive-window.js';
import { ProtocolViolation, type Run, SendWindow } from './send-window.js';

describe('a send window', () => {
  it('sends nothing before the receiver grants it, and nothing past that', () => {
    const window = new SendWindow<string>();
    window.push(['a', 'b', 'c']);
    expect(window.take(10)).toBeUndefined();
    window.open(2);
    expect(window.take(10)).toEqual({ firstSequence: 1, items: ['a', 'b'] });
    expect(window.take(10)).toBeUndefined();
    window.ack(1, 3);
    expect(window.take(10)).toEqual({ firstSequence: 3, items: ['c'] });
  });

  it('sends what was not acknowledged again on the next stream', () => {
    const window = new SendWindow<string>();
    window.push(['a', 'b', 'c']);
    window.open(10);
    window.take(10);
    window.ack(1, 10);
    window.close();
    expect(window.take(10)).toBeUndefined();
    window.open(10);
    expect(window.take(1)).toEqual({ firstSequence: 2, items: ['b'] });
    expect(window.take(1)).toEqual({ firstSequence: 3, items: ['c'] });
  });

  it('takes no notice of late acknowledgements, and refuses those of items that never were', () => {
    const window = new SendWindow<string>();
    window.push(['a', 'b']);
    window.open(10);
    window.take(10);
    window.ack(2, 12);
    window.ack(1, 11);
    expect([window.acked, window.unacked]).toEqual([2, 0]);
    expect(() => window.ack(3, 13)).toThrow(ProtocolViolation);
  });

  it('ends a run before the item that does not fit, but never before the first', () => {
    const window = new SendWindow<number>();
    window.push([5, 3, 3, 9, 1]);
    window.open(10);
    const within = (limit: number) => {
      let sum = 0;
      return (item: number) => {
        sum += item;
        return sum <= limit;
      };
    };
    expect(window.take(10, within(8))?.items).toEqual([5, 3]);
    expect(window.take(10, within(8))?.items).toEqual([3]);
    expect(window.take(10, within(8))?.items).toEqual([9]);
    expect(window.take(10, within(8))?.items).toEqual([1]);
  });

  it('goes on behind what it gave up', () => {
    const window = new SendWindow<string>();
    window.push(['a', 'b']);
    expect(window.clear()).toEqual(['a', 'b']);
    expect(window.push(['c'])).toBe(3);
    window.open(10);
    expect(window.take(10)).toEqual({ firstSequence: 3, items: ['c'] });
  });
});

describe('a receive window', () => {
  it('refuses items that are not the next ones, and more than it granted', () => {
    const window = new ReceiveWindow(5, 2);
    expect(window.credit).toBe(6);
    expect(() => window.accept({ firstSequence: 6, items: ['b'] })).toThrow('5 was next');
    expect(() => window.accept({ firstSequence: 4, items: ['z'] })).toThrow('5 was next');
    expect(() => window.accept({ firstSequence: 5, items: ['a', 'b', 'c'] })).toThrow('6 was the last one granted');
    window.accept({ firstSequence: 5, items: ['a', 'b'] });
    window.commit(6);
    expect(window.credit).toBe(8);
  });
});

/** One stream of the simulation: frames under way in either direction, and the server's end of it. */
interface Wire {
  toServer: Run<number>[];
  toClient: { upTo: number; credit: number }[];
  server: ReceiveWindow;
  uncommitted: { upTo: number; items: number[] }[];
  /** The client has given it up; what is under way may still arrive. */
  abandoned: boolean;
}

/** A client and a server over streams that a schedule cuts, delays, repeats and reorders as it likes. */
class Simulation {
  readonly client = new SendWindow<number>();
  readonly stored = new Set<number>();
  readonly storedInOrder: number[] = [];
  pushed = 0;
  acked = 0;
  wires: Wire[] = [];

  constructor(private readonly windowItems: number) {}

  get open(): Wire | undefined {
    return this.wires.find((wire) => !wire.abandoned);
  }

  push(count: number): void {
    this.client.push(Array.from({ length: count }, () => ++this.pushed));
  }

  connect(): void {
    if (this.open) return;
    const server = new ReceiveWindow(this.client.acked + 1, this.windowItems);
    this.wires.push({ toServer: [], toClient: [], server, uncommitted: [], abandoned: false });
    this.client.open(server.credit);
  }

  cut(): void {
    if (this.open) this.open.abandoned = true;
    this.client.close();
  }

  send(itemsMax: number): void {
    const run = this.open && this.client.take(itemsMax);
    if (run) this.open?.toServer.push(run);
    expect(this.client.inFlight).toBeLessThanOrEqual(this.windowItems);
  }

  /** Delivers one frame; out of order or again where the schedule says so, and then the server ends the stream. */
  deliver(wire: Wire, index: number, again: boolean): void {
    const [run] = again ? wire.toServer.slice(index, index + 1) : wire.toServer.splice(index, 1);
    if (!run) return;
    try {
      wire.server.accept(run);
      wire.uncommitted.push({ upTo: wire.server.received, items: run.items });
    } catch (error) {
      expect(error).toBeInstanceOf(ProtocolViolation);
      this.lose(wire);
    }
  }

  commit(wire: Wire): void {
    const batch = wire.uncommitted.shift();
    if (!batch) return;
    for (const item of batch.items) {
      if (this.stored.has(item)) continue;
      this.stored.add(item);
      this.storedInOrder.push(item);
    }
    wire.server.commit(batch.upTo);
    wire.toClient.push({ upTo: wire.server.committed, credit: wire.server.credit });
  }

  acknowledge(wire: Wire): void {
    const ack = wire.toClient.shift();
    if (!ack || wire.abandoned) return;
    this.client.ack(ack.upTo, ack.credit);
    for (; this.acked < this.client.acked; ) expect(this.stored.has(++this.acked)).toBe(true);
  }

  /** The server is gone, with what it had not committed, and with what was under way. */
  lose(wire: Wire): void {
    if (wire === this.open) this.cut();
    this.wires = this.wires.filter((other) => other !== wire);
  }
}

const pick = <T>(items: T[], dice: number): T | undefined => items[dice % items.length];

it('stores every item once, in order, and acknowledges none that is not stored, over 20,000 schedules', () => {
  const step = fc.tuple(fc.nat(9), fc.nat(1_000), fc.nat(1_000));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.array(step, { maxLength: 60 }), (windowItems, steps) => {
      const simulation = new Simulation(windowItems);
      for (const [kind, a, b] of steps) {
        const wire = pick(simulation.wires, b);
        if (kind === 0) simulation.push((a % 5) + 1);
        else if (kind === 1) simulation.connect();
        else if (kind === 2) simulation.send((a % 4) + 1);
        else if (kind === 3 && wire) simulation.deliver(wire, 0, false);
        else if (kind === 4 && wire) simulation.commit(wire);
        else if (kind === 5 && wire) simulation.acknowledge(wire);
        else if (kind === 6) simulation.cut();
        else if (kind === 7 && wire) simulation.lose(wire);
        else if (kind === 8 && wire) simulation.deliver(wire, a % 3, false);
        else if (kind === 9 && wire) simulation.deliver(wire, 0, true);
      }
      // The network heals: everything arrives in the end.
      for (let round = 0; round < 10_000 && simulation.acked < simulation.pushed; round++) {
        simulation.connect();
        simulation.send(3);
        const wire = simulation.open!;
        simulation.deliver(wire, 0, false);
        if (wire === simulation.open) {
          simulation.commit(wire);
          simulation.acknowledge(wire);
        }
      }
      const all = Array.from({ length: simulation.pushed }, (_, index) => index + 1);
      expect(simulation.storedInOrder).toEqual(all);
      expect(simulation.acked).toBe(simulation.pushed);
    }),
    { numRuns: 20_000 },
  );
}, 120_000);
