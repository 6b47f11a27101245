/** Stages and how their ends are judged (docs/configuration.md). */
import type { StageNetwork } from './sandbox.js'

export type StageName = 'build' | 'setup' | 'patch' | 'check' | 'teardown'

/** How a stage is run: a shell command in a clean checkout, a GitHub Actions workflow, or an HTTP call. */
export type StageRun =
  | {
      readonly kind: 'shell'
      readonly run: string
      /** What the command reaches; absent: `outside`. */
      readonly network?: Exclude<StageNetwork, 'outside'>
      /** TCP ports of this machine's loopback interface that it reaches besides; absent: none. */
      readonly ports?: readonly number[]
    }
  | {
      readonly kind: 'github-actions'
      readonly workflow: string
      readonly inputs: Readonly<Record<string, string>>
    }
  | { readonly kind: 'http'; readonly url: string; readonly method: 'POST' | 'PUT' }

export interface StageDefinition {
  readonly run: StageRun
  readonly timeoutMs: number
  /** How often a transient end (exit 75, lost contact) is tried again. */
  readonly retries: number
}

/** How a command ended, before anyone judges it. */
export type StageExit =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'timed-out'; readonly afterMs: number }
  | { readonly kind: 'cancelled' }

/** What a runner hands back at a known end. Lost contact is thrown, never returned. */
export interface StageReport {
  readonly exit: StageExit
  /** The `key=value` lines of `$SLIPWAY_OUTPUT`. */
  readonly outputs: Readonly<Record<string, string>>
  /** The last lines of the log, redacted, at most 2,000 characters. */
  readonly tail: string
  /** ISO instants. */
  readonly startedAt: string
  readonly finishedAt: string
}

export type StageVerdict = 'passed' | 'failed' | 'retry' | 'inconclusive' | 'cancelled'

const EX_TEMPFAIL = 75
const INCONCLUSIVE = 77

/** The exit-code contract: 0 passes, 75 is transient, 77 of a check asks a person, a check's timeout is an error. */
export function judgeExit(stage: StageName, exit: StageExit): StageVerdict {
  switch (exit.kind) {
    case 'cancelled':
      return 'cancelled'
    case 'timed-out':
      return stage === 'check' ? 'retry' : 'failed'
    case 'exited':
      if (exit.code === 0) return 'passed'
      if (exit.code === EX_TEMPFAIL) return 'retry'
      return stage === 'check' && exit.code === INCONCLUSIVE ? 'inconclusive' : 'failed'
  }
}
