import { refuse } from '../account.errors.js';

export const apiKeyNotFound = (apiKey: string) =>
  refuse.notFound('API_KEY_NOT_FOUND', `API key "${apiKey}" does not exist.`, { metadata: { api_key: apiKey } });
