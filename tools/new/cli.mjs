// `npm run new -- service <name>` and `npm run new -- rpc <service>.<Rpc>`: writes all that it needs, and generates.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Refusal } from './refusal.mjs';
import { newRpc } from './rpc/rpc.mjs';
import { newService } from './service/service.mjs';

const { FsTree, flushChanges } = createRequire(import.meta.url)('nx/src/generators/tree');
const root = join(import.meta.dirname, '../..');

const USAGE = `npm run new -- service <name> [--resource <Resource>] [--plural <Resources>]
    a service with one resource: contract, app, database, tests, Kubernetes
      npm run new -- service billing --resource Invoice
npm run new -- rpc <service>.<Rpc> [--caller <service>]
    an RPC of a service that there is: contract, controller, test; and in the call map, where a service calls it.
    Where a service's contract has several gRPC services: account.ApiKeyService.RevokeApiKey
      npm run new -- rpc template.FreezeTemplate

--dry-run  only says what would be written
--help     says this`;

const commands = { service: newService, rpc: newRpc };

function given() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        resource: { type: 'string' },
        plural: { type: 'string' },
        caller: { type: 'string' },
        'dry-run': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    console.error(`${error.message}\n\n${USAGE}`);
    process.exit(2);
  }
}

const { positionals, values } = given();
if (values.help) {
  console.log(USAGE);
  process.exit();
}
const [command, name, ...more] = positionals;
if (!Object.hasOwn(commands, command ?? '') || name === undefined || more.length > 0) {
  console.error(USAGE);
  process.exit(2);
}
try {
  const tree = new FsTree(root, false);
  const { finish, next } = commands[command](tree, name, values);
  const changes = tree.listChanges();
  for (const { type, path } of changes) console.log(`${type} ${path}`);
  if (values['dry-run']) {
    console.log('\nNothing was written.');
  } else {
    flushChanges(root, changes);
    finish(changes.map(({ path }) => path));
    console.log(`\n${next}`);
  }
} catch (error) {
  console.error(error instanceof Refusal ? error.message : error);
  process.exitCode = 1;
}
