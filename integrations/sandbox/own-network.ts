import { type ChildProcess, spawn } from 'node:child_process'
import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { isIPv4 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { awaitedLater } from '../../domain/promises.js'
import { lastWords } from '../host/last-words.js'
import { type BwrapConfinement, hasOwnNetwork } from './confinement.js'
import { letPortsIn, portsOpener } from './let-ports-in.js'

const MOST_SAID = 500

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

/**
 * A command's own network. A process of Slipway's makes and keeps it until the command is in it, so that it is made while the
 * rest of the command's surroundings are.
 */
export interface OwnNetwork {
  /** The beginning of a command line that runs in it. */
  readonly entrance: readonly string[]
  /** Resolves when it reaches all that its confinement allows; rejects with the reason if that fails. */
  readonly connected: Promise<void>
  /**
   * To be called when the command is in it and it is connected: from then on it lasts as long as the command. Throws if it was lost
   * before: then nobody knows where the command is.
   */
  letGo(): void
  /** Ends its connections. */
  close(): void
}

/** Applies the rules in `$1`, reports that on descriptor 3, and continues. */
const FURNISH = 'printf "%s\\n" "$1" | "$2" -batch - || exit 126; echo >&3; exec 3>&-; shift 2; exec "$@"'
/** Ends when its input does: with the supervisor, if not before. */
const WAIT = ['/bin/sh', '-c', 'read -r end']

/** The command line of a network's keeper: the network has only its loopback interface and these rules. */
export function keeperOf(
  { tools, uid, ports }: BwrapConfinement,
  rules: readonly string[],
): readonly string[] {
  const batch = ['link set lo up', ...rules].join('\n')
  return [
    ...[tools.unshare, ...(uid === null ? ['--map-root-user'] : []), '--net'],
    ...['/bin/sh', '-c', FURNISH, 'sh', batch, tools.ip ?? 'ip'],
    ...(ports.length > 0 ? portsOpener(ports) : WAIT),
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
 * Makes a command's own network and begins to connect it, as far as its confinement allows. Null if the command gets none.
 * Throws with the reason if it cannot be made.
 */
export async function openNetwork(
  confinement: BwrapConfinement,
  note: (text: string) => void,
): Promise<OwnNetwork | null> {
  if (!hasOwnNetwork(confinement)) return null
  const { tools, uid, ports } = confinement
  const [program = '', ...words] = keeperOf(confinement, await rulesFor(confinement))
  const keeper = spawn(program, words, {
    env: {},
    stdio: ['pipe', 'ignore', 'pipe', 'pipe', ...(ports.length > 0 ? (['ipc'] as const) : [])],
  })
  keeper.stdin?.on('error', () => undefined)
  const said = lastWords(keeper, MOST_SAID)
  const parts = ports.length > 0 ? [awaitedLater(letPortsIn(keeper, ports.length))] : []
  if (!(await isFurnished(keeper)) || keeper.pid === undefined)
    throw new Error(`its network could not be made: ${said()}`)
  const closers: (() => void)[] = [() => keeper.kill('SIGKILL')]
  let isClosed = false
  const close = (): void => {
    isClosed = true
    for (const one of closers) one()
  }
  // It may be closed while a part of it is still on its way.
  const add = (closer: () => void): void => {
    if (isClosed) closer()
    else closers.push(closer)
  }
  if (confinement.network === 'outside') parts.push(connectOutside(keeper.pid, confinement, note))
  const connecting = Promise.all(parts.map((part) => part.then(add))).then(
    () => undefined,
    (error: unknown) => {
      close()
      throw new Error(`${error instanceof Error ? error.message : String(error)} ${said()}`.trim())
    },
  )
  const connected = awaitedLater(connecting)
  const entrance = [
    ...[tools.nsenter, '--target', String(keeper.pid)],
    ...(uid === null ? ['--user', '--preserve-credentials'] : []),
    ...['--net', '--'],
  ]
  return { entrance, connected, letGo: () => end(keeper), close }
}

/** If the keeper had ended before, its number could be another process's by now, and so could the network that was entered. */
function end(keeper: ChildProcess): void {
  if (!keeper.kill('SIGKILL')) throw new Error('its network was lost')
}

/** Whether a keeper made its network, or ended before it could. */
async function isFurnished(keeper: ChildProcess): Promise<boolean> {
  const report = keeper.stdio[3]
  if (report == null) return false
  return Promise.race([once(report, 'data').then(() => true), once(report, 'close').then(() => false)]).catch(
    () => false,
  )
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
  const said = lastWords(slirp, MOST_SAID)
  const ended = new Promise<never>((_, reject) => {
    slirp.once('error', reject)
    slirp.once('exit', () => reject(new Error(`slirp4netns ended: ${said()}`)))
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
