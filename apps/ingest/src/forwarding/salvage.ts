import { isRefusal } from './refusal.js';

/**
 * Sends what was refused as a whole in ever smaller parts, until what is left are the items that are wrong.
 * @param send sends items and nothing else, so that a refusal is about them
 * @returns the wrong ones, each with what was said about it; all others are sent
 * @throws what is no refusal
 */
export async function salvage<T>(
  items: readonly T[],
  send: (items: readonly T[]) => Promise<void>,
): Promise<{ item: T; problem: string }[]> {
  try {
    await send(items);
    return [];
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (items.length === 1) return items.map((item) => ({ item, problem: problemOf(error) }));
  }
  const middle = Math.ceil(items.length / 2);
  const first = await salvage(items.slice(0, middle), send);
  return [...first, ...(await salvage(items.slice(middle), send))];
}

const problemOf = ({
  message,
  violations,
}: {
  message: string;
  violations: readonly { field: string; description: string }[];
}) => [message, ...violations.map(({ field, description }) => `${field}: ${description}`)].join(' ');
