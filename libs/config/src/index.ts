export { ConfigError, envFileOf, type Loaded, loadConfig, type Schema, type Setting, setting } from './load-config.js';
