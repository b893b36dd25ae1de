export { type Logger, logger } from './logger.js';
export { counter, gauge, histogram, metricsText } from './metrics.js';
export { nestLogger } from './nest-logger.js';
export { serveOperations } from './serve-operations.js';
