import { createRequire } from 'node:module';
import { join } from 'node:path';
import { calls } from '../../boundaries.mjs';
import { registryOf } from '../../contract/gates/promises.mjs';
import { readImage } from '../../contract/image.mjs';
import { generate } from '../generate.mjs';
import { Refusal } from '../refusal.mjs';
import { camel, kebab, pascal } from '../words.mjs';
import { addCall, addMethod, addRequirement } from './code.mjs';
import { addToContract, shapeOf } from './contract.mjs';

const { generateFiles } = createRequire(import.meta.url)('@nx/devkit');

/** An RPC that is served, and says that it is not written yet. */
export function newRpc(tree, given, { caller }) {
  const { service, desc, rpc } = parsed(given);
  if (caller !== undefined && !(caller in calls))
    throw new Refusal(`"${caller}" is no service. Services are: ${Object.keys(calls).join(', ')}.`);
  const shape = shapeOf(tree, desc, rpc);
  const contract = `${desc.name.replace(/Service$/, '')}Contract`;
  addToContract(tree, desc, rpc, shape);
  const controller = addMethod(tree, { service, contract, rpc, answer: shape.answer });
  const requirements = addRequirement(tree, { service, contract, rpc });
  if (caller) addCall(tree, { caller, service, rpc });
  const names = {
    service,
    contract,
    Rpc: rpc,
    rpc: camel(rpc),
    kebab: kebab(rpc),
    field: shape.field,
    value: shape.value,
  };
  generateFiles(tree, join(import.meta.dirname, 'files'), `apps/${service}/test`, names);
  return {
    finish: (paths) => generate(tree.root, service, paths),
    next: [
      `${rpc} is served, and answers UNIMPLEMENTED. Now`,
      `- say in proto/kelp/${service}/v1 what it takes, does and gives, then \`npm run gen\``,
      `- write it: ${controller}`,
      ...(requirements ? [`- decide who may call it, so far operators only: ${requirements}`] : []),
      `- replace the test that says that it is not written: apps/${service}/test/${names.kebab}.e2e.spec.ts`,
      `- record what its clients will send at the least: proto/releases/${service}/calls.json`,
    ].join('\n'),
  };
}

/** Which service of which contract, and the name of the RPC. */
function parsed(given) {
  const [service, ...names] = given.split('.');
  const rpc = names.pop();
  if (!(service in calls) || rpc === undefined || names.length > 1)
    throw new Refusal(`"${given}" is not <service>.<Rpc>. Services are: ${Object.keys(calls).join(', ')}.`);
  if (!/^([A-Z][a-z0-9]+)+$/.test(rpc))
    throw new Refusal(`"${rpc}" is no name for an RPC: a verb and what it is done to, such as "FreezeTemplate".`);
  const types = [...registryOf(readImage(service))].filter(({ typeName }) =>
    typeName.startsWith(`kelp.${service}.v1.`),
  );
  const services = types.filter(({ kind }) => kind === 'service');
  const name = names[0] ?? `${pascal(service)}Service`;
  const desc = services.find((each) => each.name === name);
  if (!desc) throw new Refusal(`${service} has no ${name}. It has: ${services.map((each) => each.name).join(', ')}.`);
  const taken = services.find(({ methods }) => methods.some((method) => method.name === rpc));
  if (taken) throw new Refusal(`${taken.name} has ${rpc} already.`);
  if (types.some((type) => type.name === `${rpc}Request` || type.name === `${rpc}Response`))
    throw new Refusal(`${rpc} cannot be: ${service} has a message ${rpc}Request or ${rpc}Response.`);
  return { service, desc, rpc };
}
