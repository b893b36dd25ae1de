import { compatibility, conformance } from '@kelp/conformance';
import { ReviewContract, TemplateContract } from '@kelp/contract-template';
import { subject } from './subject.js';

for (const contract of [TemplateContract, ReviewContract]) conformance(contract, 'template', subject);
compatibility(TemplateContract, 'template', subject);
