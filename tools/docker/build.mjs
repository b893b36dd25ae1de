// `node tools/docker/build.mjs <service> [image]`: builds a service's image with buildah, of what `nx build` has built.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const [service = '', image = `localhost/kelp/${service}:local`] = process.argv.slice(2);
const app = join('apps', service);
if (!service || !existsSync(join(root, app, 'dist/main.mjs'))) {
  console.error('Usage: node tools/docker/build.mjs <service> [image], after npx nx build @kelp/<service>');
  process.exit(2);
}

/** This machine's Node, the libraries that it is linked with, authorities for TLS, and a user. */
function layRoot(folder) {
  const copy = (path, to = path) => {
    mkdirSync(dirname(join(folder, to)), { recursive: true });
    cpSync(realpathSync(path), join(folder, to));
  };
  copy(process.execPath, '/usr/local/bin/node');
  const linked = execFileSync('ldd', [process.execPath], { encoding: 'utf8' });
  for (const [library] of linked.matchAll(/\/\S+/g)) copy(library);
  if (existsSync('/etc/ssl/certs/ca-certificates.crt')) copy('/etc/ssl/certs/ca-certificates.crt');
  mkdirSync(join(folder, 'tmp'), { recursive: true });
  writeFileSync(join(folder, 'etc/passwd'), 'kelp:x:65532:65532::/app:/nologin\n');
  writeFileSync(join(folder, 'etc/group'), 'kelp:x:65532:\n');
}

const context = mkdtempSync(join(tmpdir(), 'kelp-image-'));
try {
  mkdirSync(join(context, 'rootfs/etc'), { recursive: true });
  layRoot(join(context, 'rootfs'));
  for (const part of ['dist', 'prisma/migrations']) {
    cpSync(join(root, app, part), join(context, app, part), { recursive: true });
  }
  const file = join(root, 'tools/docker/Dockerfile');
  // The same files make the same image: its times are those of the epoch.
  const settings = ['--isolation', 'chroot', '--timestamp', '0', '--build-arg', `SERVICE=${service}`];
  execFileSync('buildah', ['bud', '--quiet', ...settings, '-f', file, '-t', image, context], { stdio: 'inherit' });
} finally {
  rmSync(context, { recursive: true, force: true });
}
