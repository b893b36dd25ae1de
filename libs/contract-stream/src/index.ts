export * from './gen/kelp/stream/v1/stream.js';
