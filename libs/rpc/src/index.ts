export { type Call, type CallContext, currentCall } from './call.js';
export { type Channel, type ConnectOptions, connect } from './client/channel.js';
export { type CallOptions, type Client, client } from './client/client.js';
export type { Contract, DeepPartial, Definition, Service } from './contract.js';
export { GrpcController } from './grpc-controller.js';
export { type Running, type ServeOptions, serve } from './serve.js';
