export { runService, type Served } from './run-service.js';
export { type ServiceConfig, serviceSettings } from './service-settings.js';
