export { Code } from './code.js';
export { type FieldViolation, refusals, StatusError, type StatusErrorOptions } from './status-error.js';
