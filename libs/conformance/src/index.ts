export { conformance, type Subject } from './conformance.js';
