import { compatibility, conformance } from '@kelp/conformance';
import { ReviewContract, TemplateContract } from '@kelp/contract-template';
import { UsageContract } from '@kelp/contract-usage';
import { subject } from './subject.js';

const contracts = [TemplateContract, ReviewContract];
for (const contract of contracts) conformance(contract, 'template', subject);
compatibility(contracts, 'template', subject);
// What every server has beside its own contract is the same in all: here it is called for all of them.
compatibility([UsageContract], 'usage', subject);
