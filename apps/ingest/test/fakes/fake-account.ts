import {
  AccountContract,
  type Connection,
  type ConnectionChange,
  type WatchConnectionsRequest,
  type WatchConnectionsResponse,
} from '@kelp/contract-account';
import { type Call, GrpcController, type Service, sendItems } from '@kelp/rpc';
import { only, serveFake } from './fake-service.js';
import { WatchedList } from './watched-list.js';

const contract = only(AccountContract, 'watchConnections');

/** The connections that account knows. */
export class FakeAccounts {
  readonly list = new WatchedList<ConnectionChange>(({ connection }) => connection === undefined);

  put(connection: Connection): void {
    this.list.push({ name: connection.name, connection });
  }

  delete({ name }: Connection): void {
    this.list.push({ name, connection: undefined });
  }

  serve(address?: string) {
    return serveFake('account', FakeAccountController, this, address);
  }
}

@GrpcController(contract)
class FakeAccountController implements Service<typeof contract> {
  constructor(private readonly accounts: FakeAccounts) {}

  async *watchConnections(
    requests: AsyncIterable<WatchConnectionsRequest>,
    call: Call,
  ): AsyncIterable<WatchConnectionsResponse> {
    yield* sendItems(requests, call, { open: (token, signal) => this.accounts.list.changes(token, signal) });
  }
}
