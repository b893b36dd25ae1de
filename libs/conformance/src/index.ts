export { callAsVersion } from './client-of-version.js';
export { compatibility } from './compatibility.js';
export { conformance } from './conformance.js';
export { type IsolationSubject, isolation, type Tenants } from './isolation.js';
export { type Subject, serveSubject } from './subject.js';
