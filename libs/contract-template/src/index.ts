export * from './gen/contract.js';
export * from './gen/kelp/template/v1/error_reason.js';
export * from './gen/kelp/template/v1/template.js';
export * from './gen/kelp/template/v1/template_service.js';
