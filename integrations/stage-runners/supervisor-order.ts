import type { StageCheckout } from '../../domain/checkout.js'
import type { BwrapConfinement, Confinement } from '../sandbox/confinement.js'

/** What a worker sends its supervisor through standard input; never written to disk, because it contains secrets. */
export interface SupervisorOrder {
  readonly folder: string
  readonly command: string
  readonly workspace: string
  /** The shared checkout under a layer; null: the workspace is the command's own. */
  readonly checkout: StageCheckout | null
  /** The first lines of the log. */
  readonly notes: readonly string[]
  /** The command's whole environment except `SLIPWAY_OUTPUT`. */
  readonly variables: Readonly<Record<string, string>>
  readonly redact: readonly string[]
  /** Null: the command runs as this process's user and sees what it sees. */
  readonly confinement: Confinement | null
  readonly timeoutMs: number
  readonly killGraceMs: number
  readonly logLimit: number
}

/** Sent before an order whose command is going to be isolated like this; there may be no such order. */
export interface ForeseenOrder {
  readonly foreseen: BwrapConfinement
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function areRecordsOrNull(values: readonly unknown[]): boolean {
  return values.every((value) => value === null || isRecord(value))
}

function areTexts(values: readonly unknown[]): boolean {
  return values.every((value) => typeof value === 'string')
}

function areNumbers(values: readonly unknown[]): boolean {
  return values.every((value) => typeof value === 'number')
}

// By hand and not with zod: loading zod would take as long as the rest of the supervisor's start.
function isSupervisorOrder(value: unknown): value is SupervisorOrder {
  if (!isRecord(value) || !isRecord(value['variables']) || !Array.isArray(value['redact'])) return false
  if (!areRecordsOrNull([value['confinement'], value['checkout']])) return false
  if (!Array.isArray(value['notes']) || !areTexts(value['notes'])) return false
  return (
    areTexts([value['folder'], value['command'], value['workspace']]) &&
    areTexts(Object.values(value['variables'])) &&
    areTexts(value['redact']) &&
    areNumbers([value['timeoutMs'], value['killGraceMs'], value['logLimit']])
  )
}

const isForeseen = (value: unknown): value is ForeseenOrder => isRecord(value) && isRecord(value['foreseen'])

/** Parses an order. Throws if the text is none, e.g. because the worker died while writing it. */
export function parseSupervisorOrder(text: string): SupervisorOrder | ForeseenOrder {
  const value: unknown = JSON.parse(text)
  if (isForeseen(value)) return value
  if (!isSupervisorOrder(value)) throw new Error('The order of the supervisor is incomplete')
  return value
}
