/** Reads variables from an open file or pipe, which keeps them out of this process's own environment, visible in `/proc`. */
import { closeSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import type { SettingProblem } from './variables.js'

const FD = 'SLIPWAY_SECRETS_FD'

/**
 * Adds the variables read from the descriptor that `SLIPWAY_SECRETS_FD` names: lines as in `.env`, or the format of `env -0`. The
 * descriptor is read to its end and closed. If it cannot be read, the variable stays set, for {@link findUnread}.
 */
export function withInherited(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { [FD]: descriptor, ...own } = env
  if (descriptor === undefined || descriptor === '') return env
  if (!/^(?:[3-9]|\d{2,4})$/.test(descriptor)) return env
  try {
    const text = readFileSync(Number(descriptor), 'utf8')
    closeSync(Number(descriptor))
    return { ...own, ...(text.includes('\0') ? parseNul(text) : parseEnv(text)) }
  } catch {
    return env
  }
}

const parseNul = (text: string): NodeJS.ProcessEnv =>
  Object.fromEntries(
    text.split('\0').flatMap((pair) => {
      const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(pair) ?? []
      return name === '' ? [] : [[name, value]]
    }),
  )

/** Reports that the descriptor was not valid. */
export function findUnread(env: NodeJS.ProcessEnv): SettingProblem[] {
  if (!env[FD]) return []
  const message = 'names no descriptor that this process was given to read'
  const fix =
    'start it with an open file or pipe, e.g. SLIPWAY_SECRETS_FD=3 with 3<secrets.env after the command'
  return [{ variable: FD, message, fix }]
}
