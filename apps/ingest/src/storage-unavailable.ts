/** Nothing can be stored at the moment, so nothing may be acknowledged: what came in must be sent again. */
export class StorageUnavailable extends Error {
  override readonly name = 'StorageUnavailable';
}
