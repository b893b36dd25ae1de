export { AlreadyRunning } from './instance.js';
export { hasNats, type Nats, startNats } from './nats.js';
export { ProgramFailed } from './node-program.js';
export { freePorts, type Ports, PortsInUse } from './ports.js';
export { type ServiceName, services } from './services.js';
export { type Listener, type ProgramName, Stack, type StackOptions } from './stack.js';
export { freePort, startPostgres, usualPorts } from './tools.js';
