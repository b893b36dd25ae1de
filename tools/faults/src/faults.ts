import type { Fault } from './fault.js';
import { clockFaults } from './faults/clock.js';
import { networkFaults } from './faults/network.js';
import { processFaults } from './faults/processes.js';
import { storageFaults } from './faults/storage.js';

/** Every fault there is. Which of the matrix they stand for, and which are tested elsewhere, is told in the README. */
export const faults: readonly Fault[] = [...processFaults, ...networkFaults, ...storageFaults, ...clockFaults];
