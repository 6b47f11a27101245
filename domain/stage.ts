/** Stages and how their ends are judged (docs/configuration.md). */
import type { StageNetwork } from './sandbox.js'
import { sizeOf } from './sizes.js'

export type StageName = 'build' | 'setup' | 'patch' | 'check' | 'teardown'

/**
 * How a command gets its commit's files: in a checkout of its own, in one shared by all stages of the commit on a host, or not at
 * all.
 */
export const checkoutKinds = ['private', 'shared', 'none'] as const
export type CheckoutKind = (typeof checkoutKinds)[number]

/** How a stage is run: a shell command in a clean checkout, a GitHub Actions workflow, or an HTTP call. */
export type StageRun =
  | {
      readonly kind: 'shell'
      readonly run: string
      /** What the command can reach; absent: `outside`. */
      readonly network?: Exclude<StageNetwork, 'outside'>
      /** Further TCP ports of this machine's loopback interface that it can reach; absent: none. */
      readonly ports?: readonly number[]
      /** Absent: `private`. */
      readonly checkout?: Exclude<CheckoutKind, 'private'>
    }
  | {
      readonly kind: 'github-actions'
      readonly workflow: string
      readonly inputs: Readonly<Record<string, string>>
    }
  | {
      readonly kind: 'http'
      readonly url: string
      readonly method: 'POST' | 'PUT'
      /** The name of the secret that signs its calls, looked up where Slipway runs; null: they are not signed. */
      readonly secret: string | null
    }

/** What runs elsewhere needs no files here. */
export const checkoutOf = (run: StageRun): CheckoutKind =>
  run.kind === 'shell' ? (run.checkout ?? 'private') : 'none'

export interface StageDefinition {
  readonly run: StageRun
  readonly timeoutMs: number
  /** How often a transient end (exit 75, lost contact) is retried. */
  readonly retries: number
}

const MOST_OUTPUTS = 100
const LONGEST_OUTPUT = 4_000
/** For all together, in stored bytes: they are part of an environment's state and are passed to each of its stages. */
const OUTPUTS_SIZE = 32 * 1_024
const OUTPUT_KEY = /^[A-Za-z][A-Za-z0-9_.-]{0,127}$/

/** Whether another output still fits beside the `kept` ones: later stages get it as an environment variable. */
export function fitsOutputs(kept: ReadonlyMap<string, string>, key: string, value: string): boolean {
  if (!OUTPUT_KEY.test(key) || value.length > LONGEST_OUTPUT || value.includes('\0')) return false
  const others = [...kept].filter(([name]) => name !== key)
  const size = [...others, [key, value] as const].reduce((sum, pair) => sum + sizeOf(pair), 0)
  return others.length < MOST_OUTPUTS && size <= OUTPUTS_SIZE
}

/** How a command ended, before it is judged. */
export type StageExit =
  | { readonly kind: 'exited'; readonly code: number }
  /** It passed, but the values of these outputs contain a secret. */
  | { readonly kind: 'leaked'; readonly outputs: readonly string[] }
  | { readonly kind: 'timed-out'; readonly afterMs: number }
  | { readonly kind: 'cancelled' }

/** What a runner returns at a known end. Lost contact is thrown, never returned. */
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

/** The exit-code contract: 0 passes, 75 is transient, 77 from a check asks a person, a check's timeout is an error. */
export function judgeExit(stage: StageName, exit: StageExit): StageVerdict {
  switch (exit.kind) {
    case 'cancelled':
      return 'cancelled'
    case 'leaked':
      return 'failed'
    case 'timed-out':
      return stage === 'check' ? 'retry' : 'failed'
    case 'exited':
      if (exit.code === 0) return 'passed'
      if (exit.code === EX_TEMPFAIL) return 'retry'
      return stage === 'check' && exit.code === INCONCLUSIVE ? 'inconclusive' : 'failed'
  }
}

/**
 * A report whose outputs may be stored and shown: outputs with a secret are removed, and fail a stage that had passed.
 * `holdsSecret` says whether a text contains one.
 */
export function withoutLeaks(
  report: StageReport,
  stage: StageName,
  holdsSecret: (text: string) => boolean,
): StageReport {
  const pairs = Object.entries(report.outputs)
  const clean = pairs.filter(([, value]) => !holdsSecret(value))
  if (clean.length === pairs.length) return report
  const leaking = pairs.filter((pair) => !clean.includes(pair)).map(([key]) => key)
  const passed = judgeExit(stage, report.exit) === 'passed'
  const exit: StageExit = passed ? { kind: 'leaked', outputs: leaking } : report.exit
  return { ...report, exit, outputs: Object.fromEntries(clean) }
}
