import { type ChannelOptions, Client, connectivityState } from '@grpc/grpc-js';
import { type Tls, watchCertificates } from '../tls/certificates.js';
import { channelCredentials } from '../tls/credentials.js';
import { RetryBudget } from './retry.js';

export interface ConnectOptions {
  /** Where the service is: `host:port`, or `dns:///host:port` to spread calls over all addresses of the name. */
  readonly target: string;
  /** The service's name: its certificate must carry it, whatever the address. */
  readonly service: string;
  readonly tls: Tls;
  /** How soon new addresses of the name are noticed, at the least, in milliseconds: 5,000. */
  readonly resolveMs?: number;
}

/** A connection to a service, or one to each of its addresses. Opened by the first call, and again when it breaks. */
export interface Channel {
  readonly target: string;
  /** What `client` calls through. */
  readonly grpc: Client;
  /** What repeated calls may cost. */
  readonly retries: RetryBudget;
  /** Whether a connection stands at the moment. */
  readonly connected: boolean;
  /** Lets calls under way finish; later ones fail. */
  close(): void;
}

const WINDOW_BYTES = 4 * 1024 * 1024;

const OPTIONS: ChannelOptions = {
  'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
  'grpc.keepalive_time_ms': 20_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 5_000,
  // A stream keeps this much to be sent again; the default of 1 MiB defeats back-pressure and is slow on long streams.
  'grpc.per_rpc_retry_buffer_size': 64 * 1024,
  'grpc-node.flow_control_window': WINDOW_BYTES,
  // What is larger is the sender's fault: servers refuse it with a clear status.
  'grpc.max_send_message_length': -1,
  'grpc.max_receive_message_length': 16 * 1024 * 1024,
};

/** Opens a channel to a service, over mutual TLS. @throws where the certificates cannot be read */
export function connect({ target, service, tls, resolveMs = 5_000 }: ConnectOptions): Channel {
  const certificates = watchCertificates(tls);
  const grpc = new Client(target, channelCredentials(certificates), {
    ...OPTIONS,
    'grpc.ssl_target_name_override': service,
    'grpc.default_authority': service,
    // grpc-js asks for a name again when a connection ends, which is why servers end connections that have become old.
    'grpc.dns_min_time_between_resolutions_ms': resolveMs,
  });
  return {
    target,
    grpc,
    retries: new RetryBudget(),
    get connected() {
      return grpc.getChannel().getConnectivityState(false) === connectivityState.READY;
    },
    close: () => {
      grpc.close();
      certificates.close();
    },
  };
}
