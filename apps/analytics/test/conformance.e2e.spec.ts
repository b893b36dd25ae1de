import { compatibility, conformance } from '@kelp/conformance';
import { AnalyticsContract } from '@kelp/contract-analytics';
import { logger } from '@kelp/telemetry';
import { freshDatabase } from '@kelp/testing';
import { AppModule } from '../src/app.module.js';

const subject = async () => {
  const { url, drop } = await freshDatabase('analytics');
  const module = AppModule.with({ database: { url, connectionsMax: 8 } }, logger('analytics', 'silent'));
  return { module, drop };
};

conformance(AnalyticsContract, 'analytics', subject);
compatibility(AnalyticsContract, 'analytics', subject);
