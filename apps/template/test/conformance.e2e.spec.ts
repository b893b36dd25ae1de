import { compatibility, conformance } from '@kelp/conformance';
import { TemplateContract } from '@kelp/contract-template';
import { freshDatabase } from '@kelp/testing';
import { templateOn } from './start-template.js';

const subject = async () => {
  const { url, drop } = await freshDatabase('template');
  return { module: templateOn(url), drop };
};

conformance(TemplateContract, 'template', subject);
compatibility(TemplateContract, 'template', subject);
