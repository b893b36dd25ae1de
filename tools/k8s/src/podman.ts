import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Container } from './pod.js';

interface Mount {
  readonly folder: string;
  readonly mountPath: string;
  readonly readOnly?: boolean;
}

/** Runs containers of rendered pods in podman: confined as their manifest says, on this machine's network. */
export class Podman {
  /** With which podman and buildah run here. */
  readonly env: NodeJS.ProcessEnv;

  /**
   * @param folder where its settings may be written
   * @param imageOf the image of a service
   */
  constructor(
    folder: string,
    private readonly imageOf: (service: string) => string,
  ) {
    // In containers such as CI's: no new limits, no systemd.
    const settings = ['[containers]', 'default_ulimits = ["nofile=10000:10000", "nproc=1000:1000"]', '[engine]'];
    const engine = ['runtime = "runc"', 'cgroup_manager = "cgroupfs"', 'events_logger = "file"'];
    this.env = { ...process.env, CONTAINERS_CONF: join(folder, 'containers.conf') };
    writeFileSync(this.env.CONTAINERS_CONF!, [...settings, ...engine, ''].join('\n'));
  }

  /** Starts a container. What its process is told, podman tells it; its exit code is podman's. */
  run(
    service: string,
    { args, resources }: Container,
    user: number,
    env: Readonly<Record<string, string>>,
    mounts: readonly Mount[],
  ): ChildProcessByStdio<null, Readable, Readable> {
    const confined = ['--read-only', '--cap-drop', 'all', '--security-opt', 'no-new-privileges', '--user', `${user}`];
    const memory = ['--memory', resources.limits.memory.replace(/Mi$/, 'm')];
    const variables = Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
    const volumes = mounts.flatMap(({ folder, mountPath, readOnly }) => [
      '--volume',
      `${folder}:${mountPath}${readOnly ? ':ro' : ''}`,
    ]);
    const options = ['--rm', '--network', 'host', ...confined, ...memory, ...variables, ...volumes];
    return spawn('podman', ['run', ...options, this.imageOf(service), ...args], {
      env: this.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }
}
