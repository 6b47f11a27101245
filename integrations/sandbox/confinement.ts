import type { StageNetwork } from '../../domain/sandbox.js'
import type { UidRange } from './app-home.js'

/** The programs for a sandbox, by absolute path. */
export interface SandboxTools {
  readonly bwrap: string
  readonly unshare: string
  readonly nsenter: string
  /** Null if not installed; then no checkout is a layer over another. */
  readonly mount: string | null
  /** Null if not installed: a worker that runs as root cannot do without. */
  readonly setpriv: string | null
  /** Null if not installed; then no stage gets its own network. */
  readonly ip: string | null
  /** Connects such a network with the outside; null if not installed. */
  readonly slirp4netns: string | null
}

/** How one command is isolated. Plain data: a worker passes it to its supervisor. */
export type Confinement = BwrapConfinement | UserConfinement

/** A separate user for each command, in the machine's own file system. */
export interface UserConfinement {
  readonly kind: 'user'
  readonly setpriv: string
  /** The users for commands, each used by at most one at a time. */
  readonly uids: UidRange
  /** The folder that records which of them are in use. */
  readonly locks: string
  /** The app's group, through which its commands share their `HOME`. */
  readonly gid: number
  /** The app's own folder, its `HOME`. */
  readonly home: string
  /** Null if there is none. */
  readonly artifact: string | null
  readonly notice: null
}

/** What one command may see and reach. */
export interface BwrapConfinement {
  readonly kind: 'bwrap'
  readonly tools: SandboxTools
  /** The user of the command if the worker runs as root; null: the worker's own user. */
  readonly uid: number | null
  /** The app's own folder, its `HOME`. */
  readonly home: string
  /** Null if there is none. */
  readonly artifact: string | null
  readonly read: readonly string[]
  readonly write: readonly string[]
  /** `outside` only if {@link SandboxTools.slirp4netns} exists. */
  readonly network: StageNetwork
  /** Ports of this machine's loopback interface that it can reach. */
  readonly ports: readonly number[]
  /** `host:port` of Slipway's own services, which are blocked for commands with their own network. */
  readonly closed: readonly string[]
  /** A note for the log about its isolation; null: nothing. */
  readonly notice: string | null
}

/** Whether the command gets its own network that has to be set up before it starts. */
export function hasOwnNetwork({ network, ports }: BwrapConfinement): boolean {
  return network === 'outside' || (network === 'none' && ports.length > 0)
}
