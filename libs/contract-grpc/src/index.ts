export * from './gen/contract.js';
export * from './gen/grpc/health/v1/health.js';
export * from './gen/grpc/reflection/v1/reflection.js';
export * from './gen/grpc/testing/test.js';
