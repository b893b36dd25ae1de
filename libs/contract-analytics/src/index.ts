export * from './gen/contract.js';
export * from './gen/kelp/analytics/v1/analytics_service.js';
export * from './gen/kelp/analytics/v1/error_reason.js';
export * from './gen/kelp/analytics/v1/event_store.js';
export * from './gen/kelp/analytics/v1/metrics.js';
