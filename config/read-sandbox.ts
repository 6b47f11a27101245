import { sandboxKinds } from '../domain/sandbox.js'
import type { SandboxSettings } from './settings.js'
import { readChoice, readOptional, type VariableReader } from './variables.js'

/** Normally unassigned: between the ids of people and services and those that systemd and containers hand out. */
const DEFAULT = { first: 60_600, last: 60_999 }
/** The highest possible user id. */
const MOST = 4_294_967_293

/** The isolation of stages. */
export function readSandbox(reader: VariableReader): SandboxSettings {
  const mode = readChoice(reader, 'SLIPWAY_SANDBOX', {
    choices: ['auto', ...sandboxKinds],
    otherwise: 'auto',
  })
  return { mode, uids: readUids(reader) }
}

function readUids(reader: VariableReader): SandboxSettings['uids'] {
  const text = readOptional(reader, 'SLIPWAY_SANDBOX_UIDS')
  if (text === null) return DEFAULT
  const [, from, to] = /^(\d{1,10})-(\d{1,10})$/.exec(text) ?? []
  const range = { first: Number(from), last: Number(to) }
  if (range.first >= 1 && range.last >= range.first && range.last <= MOST) return range
  reader.problems.push({
    variable: 'SLIPWAY_SANDBOX_UIDS',
    message: 'is not a range of user ids',
    fix: `set the first and the last of ids that nobody has, e.g. ${DEFAULT.first}-${DEFAULT.last}; never 0, which is root`,
  })
  return DEFAULT
}
