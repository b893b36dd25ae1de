import { compatibility, conformance } from '@kelp/conformance';
import { IngestContract } from '@kelp/contract-ingest';
import { subject } from './subject.js';

conformance(IngestContract, 'ingest', subject);
compatibility([IngestContract], 'ingest', subject);
