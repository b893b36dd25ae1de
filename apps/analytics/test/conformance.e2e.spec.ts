import { compatibility, conformance } from '@kelp/conformance';
import { AnalyticsContract } from '@kelp/contract-analytics';
import { subject } from './subject.js';

conformance(AnalyticsContract, 'analytics', subject);
compatibility([AnalyticsContract], 'analytics', subject);
