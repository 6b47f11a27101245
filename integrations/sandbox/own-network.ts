import { type ChildProcess, spawn } from 'node:child_process'
import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { isIPv4 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { type BwrapConfinement, hasOwnNetwork } from './confinement.js'
import { letPortsIn } from './let-ports-in.js'

/** Where clouds serve the machine's own credentials. */
const LINK_LOCAL = '169.254.0.0/16'

/** Addresses for documentation (RFC 5737): a command is unlikely to need them. */
const documentation = ['198.51.100', '203.0.113', '192.0.2']

/** The first three bytes of the addresses inside; none of this machine's own. */
function insidePrefix(): string {
  const own = ownAddresses()
  const free = documentation.find((prefix) => !own.some((address) => address.startsWith(`${prefix}.`)))
  return free ?? '100.127.255'
}

function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, address }) => family === 'IPv4' && !address.startsWith('127.'))
    .map(({ address }) => address)
}

/** The name server of `slirp4netns`. */
export function nameServer(): string {
  return `${insidePrefix()}.3`
}

/** A command's own network. */
export interface OwnNetwork {
  /** Ends its connection to the outside. */
  close(): void
}

/** Creates the network, applies the rules in `$1`, reports that by closing descriptor 4, and continues. */
const FURNISH = 'printf "%s\\n" "$1" | "$2" -batch - || exit 126; exec 4>&-; shift 2; exec "$@"'

/** The given command line in its own network, which has only its loopback interface and these rules. */
export function inOwnNetwork(
  confinement: BwrapConfinement,
  rules: readonly string[],
  command: readonly string[],
): readonly string[] {
  const { tools, uid } = confinement
  const batch = ['link set lo up', ...rules].join('\n')
  return [
    ...[tools.unshare, ...(uid === null ? ['--map-root-user'] : []), '--net'],
    ...['/bin/sh', '-c', FURNISH, 'sh', batch, tools.ip ?? 'ip', ...command],
  ]
}

/**
 * What is blocked even if the network leads outside: this machine by its other addresses, Slipway's own services, and
 * the cloud's credentials. Throws if a service's name cannot be resolved.
 */
export async function rulesFor({ network, closed }: BwrapConfinement): Promise<readonly string[]> {
  if (network !== 'outside') return []
  const own = ownAddresses().map((address) => `to ${address}`)
  const services = await Promise.all(closed.map(addressesOf))
  const shut = new Set([`to ${LINK_LOCAL}`, ...own, ...services.flat()])
  return [...shut].map((what) => `rule add ${what} unreachable`)
}

async function addressesOf(service: string): Promise<readonly string[]> {
  const colon = service.lastIndexOf(':')
  const host = service.slice(0, colon)
  const port = service.slice(colon + 1)
  const found = isIPv4(host) ? [{ address: host }] : await lookup(host, { family: 4, all: true })
  return found
    .filter(({ address }) => !address.startsWith('127.'))
    .map(({ address }) => `to ${address} ipproto tcp dport ${port}`)
}

/**
 * Connects the network of a process that {@link inOwnNetwork} started, as far as its confinement allows, before its
 * command begins. Null if it has no network of its own. Throws with the reason if that fails.
 */
export async function connectNetwork(
  child: ChildProcess,
  confinement: BwrapConfinement,
  note: (text: string) => void,
): Promise<OwnNetwork | null> {
  const furnished = child.stdio[4]
  if (!hasOwnNetwork(confinement) || child.pid === undefined || furnished == null) return null
  if ('resume' in furnished) furnished.resume()
  await Promise.race([once(furnished, 'close'), once(child, 'exit')])
  if (child.exitCode !== null) return null
  const closers: (() => void)[] = []
  const close = (): void => {
    for (const one of closers) one()
  }
  try {
    const parts = [letPortsIn(child.pid, confinement)]
    if (confinement.network === 'outside') parts.push(connectOutside(child.pid, confinement, note))
    closers.push(...(await Promise.all(parts)))
    return { close }
  } catch (error) {
    close()
    throw error
  }
}

/** Resolves when the network leads outside, with a function that ends the connection. */
async function connectOutside(
  pid: number,
  { tools, uid }: BwrapConfinement,
  note: (text: string) => void,
): Promise<() => void> {
  const { slirp4netns } = tools
  if (slirp4netns === null) throw new Error('slirp4netns is not installed')
  const slirp = spawn(
    slirp4netns,
    [
      ...['--configure', '--mtu=65520', '--disable-host-loopback', `--cidr=${insidePrefix()}.0/24`],
      ...['--enable-sandbox', '--enable-seccomp', '--ready-fd=3', '--exit-fd=4'],
      ...(uid === null ? [`--userns-path=/proc/${pid}/ns/user`] : []),
      ...[String(pid), 'tap0'],
    ],
    // Only this process has the other end of descriptor 4: if it is killed, `slirp4netns` ends too.
    { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'], env: {} },
  )
  let said = ''
  slirp.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-500)
  })
  const ended = new Promise<never>((_, reject) => {
    slirp.once('error', reject)
    slirp.once('exit', () => reject(new Error(`slirp4netns ended: ${said.trim()}`)))
  })
  const [, , , ready] = slirp.stdio
  if (ready == null) throw new Error('slirp4netns did not start')
  await Promise.race([once(ready, 'data'), ended])
  let closing = false
  ended.catch((error: unknown) => {
    if (!closing) note(`the network was lost: ${error instanceof Error ? error.message : String(error)}`)
  })
  return () => {
    closing = true
    slirp.kill('SIGKILL')
  }
}
