export { ConfigError, loadConfig, type Setting, setting } from './load-config.js';
