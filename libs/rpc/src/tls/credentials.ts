import { type ChannelCredentials, experimental, type ServerCredentials } from '@grpc/grpc-js';
import type { WatchedCertificates } from './certificates.js';

// The one place that uses grpc-js's experimental credentials, which take new certificates without a restart.

/** Mutual TLS for a server: a caller without a certificate of the trusted authorities is refused. */
export const serverCredentials = (certificates: WatchedCertificates): ServerCredentials =>
  experimental.createCertificateProviderServerCredentials(certificates, certificates, true);

/** Mutual TLS for a client. */
export const channelCredentials = (certificates: WatchedCertificates): ChannelCredentials =>
  experimental.createCertificateProviderChannelCredentials(certificates, certificates);
