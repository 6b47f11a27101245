/** What isolates the commands of stages from Slipway and from each other, as plain data (docs/security.md). */

/** Kinds of isolation, the strongest first. */
export const sandboxKinds = ['bwrap', 'user', 'off'] as const
export type SandboxKind = (typeof sandboxKinds)[number]

/**
 * What a command can reach over the network: everything outside this machine, everything the machine itself reaches, or nothing.
 */
export const stageNetworks = ['outside', 'host', 'none'] as const
export type StageNetwork = (typeof stageNetworks)[number]

/** Folders and files of the machine that an app's commands see in addition to their own. Absolute, or below `~/`. */
export interface SandboxPaths {
  readonly read: readonly string[]
  readonly write: readonly string[]
}

/** What is in force on one worker. */
export interface SandboxStatus {
  readonly kind: SandboxKind
  /** Whether a stage's `network` is enforced; `host-only`: all get the machine's network; `no-outside`: `outside` has none. */
  readonly network: 'kept' | 'no-outside' | 'host-only'
  /** For people: what is in force, and what to do to get more. */
  readonly says: string
}

/** What a worker does. */
export interface WorkerParts {
  /** Its labels; empty: it does the work that has no label. */
  readonly runsOn: readonly string[]
  /** How many at once; 0: none. */
  readonly builds: number
  readonly stages: number
}

/** The same for a worker identified by its host's id, and whether it has room to build. */
export interface WorkerStatus extends SandboxStatus, WorkerParts {
  readonly host: string
  /** Why it starts no build: how little space is free on which disk; null when there is enough. */
  readonly lowDisk: string | null
}

type SandboxedWorker = SandboxStatus & Pick<WorkerStatus, 'host'>

/** One line for people: what is in force on each worker, the weakest kind first. Null when no worker is known. */
export function saySandbox(workers: readonly SandboxedWorker[]): string | null {
  const lines = sandboxKinds.toReversed().flatMap((kind) => {
    const same = workers.filter((worker) => worker.kind === kind)
    const said = [...new Set(same.map(({ says }) => says))]
    return said.map((says) => (workers.length > 1 ? `${says} (${hostsThatSay(same, says)})` : says))
  })
  return lines.length === 0 ? null : `${lines.join('. ')}.`
}

function hostsThatSay(workers: readonly SandboxedWorker[], says: string): string {
  const hosts = workers.filter((worker) => worker.says === says).map(({ host }) => host)
  return `on ${hosts.length === 1 ? 'host' : 'hosts'} ${hosts.join(', ')}`
}
