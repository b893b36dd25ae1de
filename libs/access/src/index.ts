export { permissionNotHeld, usersOnly } from './access.errors.js';
export { AccessCache, type AccessCacheOptions, type AccessSource } from './access-cache.js';
export { AccessGraph } from './access-graph.js';
export {
  AccessGuard,
  type AccessGuardOptions,
  type Guarded,
  guarded,
  identityOf,
  type Requirement,
  type Requirements,
} from './access-guard.js';
export {
  AccessTokens,
  jwkOf,
  type TokenClaims,
  tokenAlgorithm,
  tokenAudience,
  tokenIssuer,
  tokenType,
} from './access-token.js';
export { hashOfToken, isApiKeyToken, newApiKeyToken, prefixOfToken } from './api-key-token.js';
export { authenticateKey, type Identity } from './authenticate.js';
export { explain } from './ground.js';
export { organizationOf, workspaceOf } from './names.js';
export {
  accessTable,
  type BuiltInRole,
  organizationPermissions,
  type RoleRow,
  roleTable,
  workspacePermissions,
} from './permission-table.js';
export { RateLimit } from './rate-limit.js';
