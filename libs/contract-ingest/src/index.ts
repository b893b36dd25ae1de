export * from './gen/contract.js';
export * from './gen/kelp/ingest/v1/dead_letter.js';
export * from './gen/kelp/ingest/v1/error_reason.js';
export * from './gen/kelp/ingest/v1/ingest_service.js';
export * from './gen/kelp/ingest/v1/report.js';
