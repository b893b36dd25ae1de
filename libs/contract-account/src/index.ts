export * from './gen/contract.js';
export * from './gen/kelp/account/v1/account_service.js';
export * from './gen/kelp/account/v1/connection.js';
export * from './gen/kelp/account/v1/error_reason.js';
export * from './gen/kelp/account/v1/organization.js';
export * from './gen/kelp/account/v1/workspace.js';
