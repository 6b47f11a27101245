import { databaseUrlNames, secretNames } from './own-secrets.js'
import type { SettingProblem } from './variables.js'

/** No issuer's secrets are shorter than this. */
export const SHORTEST = 16
/** The placeholders in `.env.example`, and other values that get copied. */
const PLACEHOLDER =
  /^(?:xox[a-z]-|xapp-|ghp_|github_pat_)?(?:change-?me|your-|example|placeholder|todo|secret$|password$)/i

/** Secrets that are easy to guess, among the variables that are set. */
export function findWeakSecrets(env: NodeJS.ProcessEnv): SettingProblem[] {
  const own = secretNames.flatMap((variable) => {
    const value = env[variable]?.trim() ?? ''
    if (value === '') return []
    if (PLACEHOLDER.test(value)) return [placeholder(variable)]
    const message = `has fewer than ${SHORTEST} characters`
    return value.length < SHORTEST ? [{ variable, message, fix: FIX }] : []
  })
  const urls = databaseUrlNames.filter((name) => PLACEHOLDER.test(passwordOf(env[name])))
  return [...own, ...urls.map(placeholder)]
}

const FIX = 'copy the whole of it, or set one from openssl rand -hex 32'

const placeholder = (variable: string): SettingProblem => ({
  variable,
  message: 'is still a placeholder',
  fix: FIX,
})

const passwordOf = (url = ''): string => (URL.canParse(url) ? new URL(url).password : '')
