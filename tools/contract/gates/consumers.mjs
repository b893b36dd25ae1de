import { promisesOf, reachOf } from './promises.mjs';

/**
 * The callers that a finding breaks: those that call an RPC which the message, or the RPC, belongs to.
 * @param {import('./findings.mjs').Finding} finding
 * @param {object[]} files descriptors of the contract that the callers were built from
 * @param {{ caller: string, methods: readonly string[], seen?: string }[]} callers who calls which RPCs; `*` is any
 * @returns {{ caller: string, methods: string[], seen?: string }[]} each with the RPCs that break
 */
export function brokenBy({ owner, subject }, files, callers) {
  const methods = [...promisesOf(files).values()].filter(({ kind }) => kind === 'RPC').map(({ desc }) => desc);
  const touched = methods
    .filter((method) => {
      const service = method.parent.typeName;
      if (owner === '' || owner === service) return subject === owner || subject === `${service}.${method.name}`;
      return reachOf(method).has(owner);
    })
    .map(({ name }) => name);
  return callers
    .map(({ caller, methods: called, seen }) => ({
      caller,
      seen,
      methods: called.includes('*') ? touched : touched.filter((name) => called.includes(name)),
    }))
    .filter((broken) => broken.methods.length > 0);
}
