export { conformance, type Subject } from './conformance.js';
export { type IsolationSubject, isolation, type Tenants } from './isolation.js';
