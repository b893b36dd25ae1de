import { runService } from '@kelp/service';
import { AppModule } from './app.module.js';
import { settings } from './config.js';

await runService('ingest', import.meta.url, settings, (config, log) => {
  const draining = new AbortController();
  return {
    module: AppModule.with(config, log, { draining: draining.signal }),
    onDrain: () => draining.abort(),
  };
});
