import { calls } from '../../boundaries.mjs';
import { edit } from '../edits.mjs';
import { Refusal } from '../refusal.mjs';
import { camel } from '../words.mjs';

/** Adds a method to the controller that serves a contract, which says that it is not written yet. @returns its file */
export function addMethod(tree, { service, contract, rpc, answer }) {
  const path = fileWith(tree, service, `@GrpcController(${contract})`);
  if (!path) throw new Refusal(`No class in apps/${service}/src is a @GrpcController(${contract}).`);
  const method = `
  async ${camel(rpc)}(_request: ${rpc}Request): Promise<${answer}> {
    throw new StatusError(Code.UNIMPLEMENTED, '', '${rpc} is not written yet.', '${service}.kelp');
  }
}`;
  edit(tree, path, (text) => {
    const begin = text.indexOf(`@GrpcController(${contract})`);
    const end = text.indexOf('\n}', begin) + 1;
    const written = `${text.slice(0, end)}${method}${text.slice(end + 1)}`;
    const withTypes = importing(written, `@kelp/contract-${service}`, [`type ${rpc}Request`, `type ${answer}`]);
    return importing(withTypes, '@kelp/status', ['Code', 'StatusError']);
  });
  return path;
}

/** Adds what operators alone may call, until somebody decides; undefined where a service asks nobody. @returns its file */
export function addRequirement(tree, { service, contract, rpc }) {
  const path = fileWith(tree, service, `guarded(${contract}, {`);
  if (path)
    edit(tree, path, (text) =>
      text.replace(
        new RegExp(`(guarded\\(${contract}, \\{\\n[\\s\\S]*?)(\\n {2}\\}\\))`),
        `$1\n    ${camel(rpc)}: 'operators',$2`,
      ),
    );
  return path;
}

/** Lets a service call the RPC. */
export function addCall(tree, { caller, service, rpc }) {
  const callees = { ...calls[caller], [service]: [...(calls[caller][service] ?? []), rpc] };
  const line = `  ${caller}: { ${Object.entries(callees)
    .map(([callee, rpcs]) => `${callee}: [${rpcs.map((each) => `'${each}'`).join(', ')}]`)
    .join(', ')} },`;
  edit(tree, 'tools/boundaries.mjs', (text) => text.replace(new RegExp(`^ {2}${caller}: \\{[^{}]*\\},$`, 'm'), line));
}

/** Adds names to what is imported from a package. Biome puts them in order. */
function importing(text, from, names) {
  const pattern = new RegExp(`^import (type )?\\{([^{}]*)\\} from '${from}';$`, 'm');
  const [line, onlyTypes, content] = pattern.exec(text) ?? [];
  if (line === undefined) return `import { ${names.join(', ')} } from '${from}';\n${text}`;
  const known = content.split(',').map((name) => name.trim().replace(/^type /, ''));
  const added = names.filter((name) => !known.includes(name.replace(/^type /, '')));
  const types = onlyTypes ? added.map((name) => name.replace(/^type /, '')) : added;
  const joined = [...content.split(',').map((name) => name.trim()), ...types].filter(Boolean).join(', ');
  return text.replace(line, `import ${onlyTypes ?? ''}{ ${joined} } from '${from}';`);
}

function fileWith(tree, service, text) {
  const search = (folder) =>
    tree
      .children(folder)
      .map((name) => `${folder}/${name}`)
      .flatMap((path) => (tree.isFile(path) ? [path] : search(path)));
  return search(`apps/${service}/src`).find((path) => path.endsWith('.ts') && tree.read(path, 'utf8').includes(text));
}
