import { runService } from '@kelp/service';
import { AppModule } from './app.module.js';
import { settings } from './config.js';

await runService('analytics', import.meta.url, settings, (config, log) => ({
  module: AppModule.with(config, log),
}));
