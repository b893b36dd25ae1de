import { runService } from '@kelp/service';
import { AppModule } from './app.module.js';
import { settings } from './config.js';

await runService('account', import.meta.url, settings, (config, log) => AppModule.with(config, log));
