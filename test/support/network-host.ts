/**
 * A separate machine as far as the network goes: a network namespace that reaches chosen ports of this machine through
 * `slirp4netns`, and nothing else. Its network can be cut while everything on it keeps running.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const SLIRP = '/usr/bin/slirp4netns'

/** Only root can create a namespace in which a worker still is root and can give its stages separate users. */
export const hasNetworkHosts =
  process.platform === 'linux' && process.getuid?.() === 0 && existsSync(SLIRP) && canUnshare()

export interface NetworkHost {
  /** An executable that runs Node on this host. */
  readonly node: string
  /** From now on drops all traffic without notice, like a pulled cable. */
  unplug(): void
  /** Processes there keep running without a network. */
  stop(): Promise<void>
}

/** Throws if the namespace or its network does not come up. */
export async function startNetworkHost(ports: readonly number[]): Promise<NetworkHost> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-host-'))
  const forwarder = spawn(
    'unshare',
    [
      ...['--net', '--', 'sh', '-c', 'ip link set lo up && exec "$0" "$@"', process.execPath],
      ...[
        join(import.meta.dirname, '../../tools/run.cjs'),
        'test/support/forward-ports.ts',
        ...ports.map(String),
      ],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], cwd: join(import.meta.dirname, '../..') },
  )
  await orEnded(forwarder, 'the host', once(forwarder.stdout, 'data'))
  const { pid = 0 } = forwarder
  const cable = spawn(SLIRP, ['--configure', '--mtu=65520', '--ready-fd=3', String(pid), 'tap0'], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  const [, , , ready] = cable.stdio
  if (ready == null) throw new Error('slirp4netns did not start')
  await orEnded(cable, 'its network', once(ready, 'data'))
  const node = join(folder, 'node')
  writeFileSync(node, `#!/bin/sh\nexec nsenter --target ${pid} --net -- '${process.execPath}' "$@"\n`)
  chmodSync(node, 0o755)
  return {
    node,
    unplug: () => void cable.kill('SIGSTOP'),
    async stop() {
      for (const child of [cable, forwarder]) {
        if (child.exitCode !== null || child.signalCode !== null) continue
        const ended = once(child, 'close')
        child.kill('SIGKILL')
        await ended
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function orEnded(child: ChildProcess, what: string, ready: Promise<unknown>): Promise<void> {
  let said = ''
  child.stderr?.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-500)
  })
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`${what} did not come up: ${said}`)))
  await Promise.race([ready, ended])
  void Promise.allSettled([ended])
}

function canUnshare(): boolean {
  try {
    execFileSync('unshare', ['--net', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
