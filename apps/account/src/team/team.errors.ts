import { refuse } from '../account.errors.js';

export const teamNotFound = (team: string) =>
  refuse.notFound('TEAM_NOT_FOUND', `Team "${team}" does not exist.`, { metadata: { team } });

export const teamExists = (displayName: string) =>
  refuse.alreadyExists('TEAM_EXISTS', `The organization has a team "${displayName}" already.`, {
    metadata: { display_name: displayName },
  });
