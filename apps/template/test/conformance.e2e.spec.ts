import { conformance } from '@kelp/conformance';
import { TemplateContract } from '@kelp/contract-template';
import { freshDatabase } from '@kelp/testing';
import { templateOn } from './start-template.js';

conformance(TemplateContract, 'template', async () => {
  const { url, drop } = await freshDatabase('template');
  return { module: templateOn(url), drop };
});
