import { refuse } from '../account.errors.js';

export const invitationNotFound = (invitation: string) =>
  refuse.notFound('INVITATION_NOT_FOUND', `Invitation "${invitation}" does not exist, or has ended.`, {
    metadata: { invitation },
  });

/** Unknown, wrong, taken back, accepted, too late: nobody is told which. */
export const invitationInvalid = () =>
  refuse.unauthenticated('INVITATION_INVALID', 'The token is not that of an open invitation.');
