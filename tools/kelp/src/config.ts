import { setting } from '@kelp/config';

/** What the environment says: the same as for `npm start`. */
export const settings = {
  folder: setting.text('KELP_FOLDER', 'Where the certificates are.', { fallback: '.kelp' }),
  address: setting.address('ACCOUNT_ADDRESS', 'Where the account service listens; on this machine where not set.', {
    fallback: '',
  }),
  port: setting.integer('ACCOUNT_PORT', 'The port of account on this machine.', { fallback: 50_051 }, 1, 65_535),
};
