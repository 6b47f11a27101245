import type { StageNetwork } from '../../domain/sandbox.js'
import type { UidRange } from './app-home.js'

/** The programs that a sandbox is made with, by absolute path. */
export interface SandboxTools {
  readonly bwrap: string
  readonly unshare: string
  readonly nsenter: string
  /** Null where it is not installed; then no checkout is a layer over another. */
  readonly mount: string | null
  /** Null where it is not installed: a worker of root's cannot do without. */
  readonly setpriv: string | null
  /** Null where it is not installed; then no stage is given a network of its own. */
  readonly ip: string | null
  /** Connects such a network with the outside; null where it is not installed. */
  readonly slirp4netns: string | null
}

/** What keeps one command apart. Plain data: a worker hands it to its supervisor. */
export type Confinement = BwrapConfinement | UserConfinement

/** A user of this machine for each command, and the machine's own file system. */
export interface UserConfinement {
  readonly kind: 'user'
  readonly setpriv: string
  /** The users that commands run as, each at most one at a time. */
  readonly uids: UidRange
  /** Where is noted which of them is taken. */
  readonly locks: string
  /** The app's group, by which its commands share their `HOME`. */
  readonly gid: number
  /** The app's own folder, its `HOME`. */
  readonly home: string
  /** Null where there is none. */
  readonly artifact: string | null
  readonly notice: null
}

/** What one command may see and reach. */
export interface BwrapConfinement {
  readonly kind: 'bwrap'
  readonly tools: SandboxTools
  /** Whom the command runs as under a worker of root's; null: as the worker's own user. */
  readonly uid: number | null
  /** The app's own folder, its `HOME`. */
  readonly home: string
  /** Null where there is none. */
  readonly artifact: string | null
  readonly read: readonly string[]
  readonly write: readonly string[]
  /** `outside` only where {@link SandboxTools.slirp4netns} is there. */
  readonly network: StageNetwork
  /** Ports of this machine's loopback interface that are let in. */
  readonly ports: readonly number[]
  /** `host:port` of Slipway's own services, which no command with a network of its own reaches. */
  readonly closed: readonly string[]
  /** What whoever reads the log must know of this; null: nothing. */
  readonly notice: string | null
}

/** Whether the command gets a network of its own that has to be furnished before it starts. */
export function hasOwnNetwork({ network, ports }: BwrapConfinement): boolean {
  return network === 'outside' || (network === 'none' && ports.length > 0)
}
