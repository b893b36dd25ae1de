export { type Logger, logger } from './logger.js';
export { counter, gauge, histogram, metricsText } from './metrics.js';
export { nestLogger } from './nest-logger.js';
export { serveOperations } from './serve-operations.js';
export { startTracing, type Tracing } from './tracing.js';
