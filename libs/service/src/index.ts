export { runService } from './run-service.js';
export { type ServiceConfig, serviceSettings } from './service-settings.js';
