export { ensureCertificates, type TlsFiles, tlsFilesIn } from './certificates.js';
export { eventually } from './eventually.js';
export { type FreshDatabase, freshDatabase } from './fresh-database.js';
export { type Direction, type Endpoint, Link } from './link.js';
export { copyOfRepository, type RepositoryCopy } from './repository-copy.js';
export { tlsOf } from './tls-of.js';
