import { ErrorReason } from '@kelp/contract-template';
import { refusals } from '@kelp/status';

const refuse = refusals(ErrorReason, 'template.kelp');

export const folderNotFound = (folder: string) =>
  refuse.notFound('FOLDER_NOT_FOUND', `No template lies in "${folder}".`, { metadata: { folder } });
