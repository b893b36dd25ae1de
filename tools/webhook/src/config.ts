import { setting } from '@kelp/config';

const port = (variable: string, what: string, fallback: number) =>
  setting.integer(variable, `The port of ${what}.`, { fallback }, 1, 65_535);

/** What the environment says: the same as for `npm start`. */
export const settings = {
  folder: setting.text('KELP_FOLDER', 'Where data, certificates and logs are kept.', { fallback: '.kelp' }),
  ports: {
    account: port('ACCOUNT_PORT', 'account', 50_051),
    webhooks: port('WEBHOOK_PORT', 'the webhooks', 8080),
  },
};
