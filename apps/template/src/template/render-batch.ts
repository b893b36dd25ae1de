import type {
  RenderBatchOptions,
  RenderBatchRequest,
  RenderBatchResponse,
  RenderRecipient,
  RenderResult,
} from '@kelp/contract-template';
import { toStatus } from '@kelp/rpc';
import { StatusError } from '@kelp/status';
import { merge } from '../rendering/merge.js';
import type { Renderable } from './render.service.js';
import { invalidFields } from './template.errors.js';

/** How many characters of messages travel together, about: larger messages of a stream travel no faster. */
const CHUNK_LENGTH = 128 * 1024;

const ID_LENGTH_MAX = 128;
const JSON_LENGTH_MAX = 1024 * 1024;

/**
 * Renders for recipient after recipient. Nothing is rendered before it is asked for, so a slow reader costs no memory.
 * @param renderable finds what the first message names
 * @throws INVALID_FIELDS where the messages come in a wrong order, and what `renderable` throws
 */
export async function* renderBatch(
  requests: AsyncIterable<RenderBatchRequest>,
  renderable: (name: string, language: string) => Promise<Renderable>,
): AsyncGenerator<RenderBatchResponse> {
  let batch: Batch | undefined;
  for await (const { options, recipients } of requests) {
    if (options && batch)
      throw invalidFields([{ field: 'options', description: 'must be set once, at the beginning' }]);
    if (options) {
      const first = await renderable(options.name, options.language);
      batch = { first, options, inLanguage: (language) => renderable(first.name, language) };
    }
    if (!batch) throw invalidFields([{ field: 'options', description: 'must be set in the first message' }]);
    yield* chunks(batch, recipients);
  }
}

interface Batch {
  readonly first: Renderable;
  readonly options: RenderBatchOptions;
  inLanguage(language: string): Promise<Renderable>;
}

async function* chunks(batch: Batch, recipients: readonly RenderRecipient[]): AsyncGenerator<RenderBatchResponse> {
  const { name } = batch.first;
  let results: RenderResult[] = [];
  let length = 0;
  for (const recipient of recipients) {
    const outcome = await outcomeFor(batch, recipient);
    const size = outcome.$case === 'message' ? outcome.value.html.length + outcome.value.text.length : 1024;
    if (results.length > 0 && length + size > CHUNK_LENGTH) {
      yield { name, results };
      results = [];
      length = 0;
    }
    results.push({ id: recipient.id, outcome });
    length += size;
  }
  if (results.length > 0) yield { name, results };
}

/** One recipient whose data is wrong does not end the batch. */
async function outcomeFor(
  { first, options, inLanguage }: Batch,
  recipient: RenderRecipient,
): Promise<NonNullable<RenderResult['outcome']>> {
  try {
    const data = dataOf(recipient);
    const own = recipient.language && recipient.language !== options.language;
    const { program, language } = own ? await inLanguage(recipient.language) : first;
    return { $case: 'message', value: { ...merge(program, data, options), language } };
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return { $case: 'status', value: toStatus(error) };
  }
}

/** @throws INVALID_FIELDS */
function dataOf({ id, data }: RenderRecipient): unknown {
  if (id.length > ID_LENGTH_MAX)
    throw invalidFields([{ field: 'id', description: `must have at most ${ID_LENGTH_MAX} characters` }]);
  if (data?.$case !== 'json') return data?.value;
  const values = data.value.length <= JSON_LENGTH_MAX ? parsed(data.value) : undefined;
  if (typeof values === 'object' && values !== null && !Array.isArray(values)) return values;
  throw invalidFields([{ field: 'json', description: 'must be a JSON object of at most 1 MiB' }]);
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
