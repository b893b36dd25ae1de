import { runService } from '@kelp/service';
import { AppModule } from './app.module.js';
import { settings } from './config.js';

await runService('ingest', import.meta.url, settings, (config, log) => ({
  module: AppModule.with(config, log),
}));
