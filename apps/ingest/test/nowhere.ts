import { type Outside, OutsideUnavailable } from '../src/providers/provider.js';

/** A world in which nothing can be reached. */
export const nowhere: Outside = {
  fetchText: async (url) => {
    throw new OutsideUnavailable(`"${url.hostname}" cannot be reached.`);
  },
};
