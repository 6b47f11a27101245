/** The GitHub repository of an address. */
export interface GithubRepository {
  readonly owner: string
  readonly repo: string
}

const SCP = /^(?:[^@/\s]+@)?([^:/\s]+):(?!\/\/)(.+)$/
const NAME = /^\/?([A-Za-z0-9][\w.-]*)\/([\w.-]+?)(?:\.git)?\/?$/

/** Null for anything not on this GitHub: another forge, or a path on this machine. */
export function githubRepository(address: string, apiUrl: string): GithubRepository | null {
  const place = placeOf(address)
  if (place === null || !hostsOf(apiUrl).includes(place.host.toLowerCase())) return null
  const [, owner, repo] = NAME.exec(place.path) ?? []
  return owner === undefined || repo === undefined ? null : { owner, repo }
}

/** The host that the forge hides people's addresses behind; null where an address has none. */
export const hostOf = (address: string): string | null => placeOf(address)?.host.toLowerCase() ?? null

function placeOf(address: string): { readonly host: string; readonly path: string } | null {
  const scp = SCP.exec(address)
  if (scp) return { host: scp[1] ?? '', path: scp[2] ?? '' }
  if (!URL.canParse(address)) return null
  const { hostname, pathname } = new URL(address)
  return { host: hostname, path: pathname }
}

/** `api.github.com` serves github.com; an Enterprise server serves its own host; a test server serves both. */
function hostsOf(apiUrl: string): readonly string[] {
  const { hostname } = new URL(apiUrl)
  return hostname === 'api.github.com' ? ['github.com'] : [hostname.toLowerCase(), 'github.com']
}
