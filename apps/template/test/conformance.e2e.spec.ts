import { compatibility, conformance } from '@kelp/conformance';
import { TemplateContract } from '@kelp/contract-template';
import { subject } from './subject.js';

conformance(TemplateContract, 'template', subject);
compatibility(TemplateContract, 'template', subject);
