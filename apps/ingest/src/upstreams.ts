import { type Channel, type ConnectOptions, connect } from '@kelp/rpc';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';

/** The channels to the services that this one calls, and their end. */
@Injectable()
export class Upstreams implements OnApplicationShutdown {
  readonly #channels: Channel[] = [];

  constructor(private readonly tls: ConnectOptions['tls']) {}

  /** @param service its name, which its certificate must carry */
  to(service: string, target: string): Channel {
    const channel = connect({ target, service, tls: this.tls });
    this.#channels.push(channel);
    return channel;
  }

  onApplicationShutdown(): void {
    for (const channel of this.#channels) channel.close();
  }
}
