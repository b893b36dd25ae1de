export { etagOf } from './etag.js';
export { decodePageToken, encodePageToken, InvalidPageToken, pageSizeOf } from './page.js';
export { type NameParts, type NamePattern, namePattern } from './resource-name.js';
export { bytesToUuid, isUuid, uuidToBytes, uuidv7 } from './uuid.js';
