export * from './gen/kelp/event/v1/event.js';
