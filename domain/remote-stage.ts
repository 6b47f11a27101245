/** Stages that run elsewhere: what the other side reports, in its answer to a call or by callback. */
import { fitsOutputs, type StageExit } from './stage.js'

export const remoteEndings = ['passed', 'failed', 'inconclusive', 'retry', 'cancelled'] as const
export type RemoteEnding = (typeof remoteEndings)[number]

/** The end of a stage as reported by the other side. The log is not redacted yet. */
export interface RemoteEnd {
  readonly status: RemoteEnding
  readonly outputs: Readonly<Record<string, string>>
  readonly log: string
}
export type RemoteAnswer = { readonly status: 'running' } | RemoteEnd

const LONGEST_LOG = 100_000
const EX_TEMPFAIL = 75
const INCONCLUSIVE = 77

/**
 * Reads `{status, outputs, log}`; only the status is required. Null if the format is not ours, or if outputs are more than 100,
 * not texts, too long, or have a key that is not a valid variable name. Of a long log the last 100,000 characters are kept.
 */
export function parseRemoteAnswer(value: unknown): RemoteAnswer | null {
  if (!isGroup(value)) return null
  const { status, outputs = {}, log = '' } = value
  if (status === 'running') return { status }
  const ending = remoteEndings.find((one) => one === status)
  const texts = readOutputs(outputs)
  if (ending === undefined || texts === null || typeof log !== 'string') return null
  return { status: ending, outputs: texts, log: log.slice(-LONGEST_LOG) }
}

/** The exit that a command with the same end would have had. */
export function exitOfRemote({ status }: RemoteEnd): StageExit {
  switch (status) {
    case 'cancelled':
      return { kind: 'cancelled' }
    case 'passed':
      return { kind: 'exited', code: 0 }
    case 'retry':
      return { kind: 'exited', code: EX_TEMPFAIL }
    case 'inconclusive':
      return { kind: 'exited', code: INCONCLUSIVE }
    case 'failed':
      return { kind: 'exited', code: 1 }
  }
}

function readOutputs(value: unknown): Readonly<Record<string, string>> | null {
  if (!isGroup(value)) return null
  const outputs = new Map<string, string>()
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string' || !fitsOutputs(outputs, key, text)) return null
    outputs.set(key, text)
  }
  return Object.fromEntries(outputs)
}

const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
