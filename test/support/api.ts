/** The read API as a journey reads it. */
export interface ApiDeployment {
  readonly id: string
  readonly number: number
  readonly environment: string
  readonly kind: string
  readonly state: string
  readonly candidate: string | null
}

interface ApiTag {
  readonly name: string
  readonly state: string
  readonly because: string | null
}

export interface ApiRelease {
  readonly id: string
  readonly version: string
  readonly title: string
  readonly description: string
  readonly state: string
  readonly phase: string
  readonly deletable: boolean
  readonly blockedBy: readonly string[]
  readonly candidates: readonly {
    readonly name: string
    readonly commit: string
    readonly state: string
    readonly artifactDigest: string | null
    readonly tag: ApiTag | null
  }[]
  readonly tag: ApiTag | null
  readonly offTrunk: { readonly total: number } | null
  readonly commits: { readonly since: string | null; readonly total: number; readonly authors: number } | null
  readonly links: readonly {
    readonly from: string
    readonly to: string
    readonly at: string
    readonly by: string
  }[]
  readonly deployments: readonly ApiDeployment[]
  readonly promotable: readonly { readonly candidate: string; readonly environment: string }[]
  readonly plannedAt: string | null
  readonly releasedAt: string | null
  readonly phases: readonly {
    readonly phase: string
    readonly enteredAt: string
    readonly leftAt: string | null
  }[]
  readonly schedule: {
    readonly plannedFor: string | null
    readonly releasedOn: string | null
    readonly slipDays: number | null
    readonly tookMs: number | null
    readonly phases: readonly { readonly phase: string; readonly ms: number | null }[]
  }
}

export interface ApiCurrent {
  readonly deployment: string
  readonly version: string | null
  readonly candidate: string | null
  readonly commit: string
  readonly artifactDigest: string
  readonly acceptedBy: string | null
}

export interface ApiEnvironment {
  readonly name: string
  readonly mode: string
  readonly state: string
  readonly setupRequired: boolean
  readonly current: ApiCurrent | null
  readonly expiresAt: string | null
  readonly hold: unknown
  readonly lock: unknown
}

export interface Api {
  environments(): Promise<readonly ApiEnvironment[]>
  environment(name: string): Promise<ApiEnvironment>
  releases(query?: string): Promise<readonly ApiRelease[]>
  release(version: string): Promise<ApiRelease>
  events(version: string): Promise<
    readonly {
      readonly at: string
      readonly actor: string
      readonly kind: string
      readonly says: string
      readonly environment: string | null
    }[]
  >
  text(path: string): Promise<string>
}

export function apiOf(url: string, app = 'shop', token: string | null = null): Api {
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` }
  const get = async <Shape>(path: string): Promise<Shape> => {
    const response = await fetch(`${url}/api/v1/${path}`, { headers })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as Shape
  }
  const environments = (): Promise<readonly ApiEnvironment[]> => get(`apps/${app}/environments`)
  return {
    environments,
    environment: async (name) => {
      const found = (await environments()).find((one) => one.name === name)
      if (!found) throw new Error(`The API shows no environment ${name}`)
      return found
    },
    releases: (query = '') => get(`apps/${app}/releases${query}`),
    release: (version) => get(`apps/${app}/releases/${version}`),
    events: (version) => get(`apps/${app}/releases/${version}/events`),
    text: async (path) => (await fetch(`${url}${path}`, { headers })).text(),
  }
}

export interface DemoEffect {
  readonly key: string
  readonly environment: string
  readonly action: string
  readonly commit: string
}

/** What the demo's host really did, one entry per line. */
export async function demoEffects(hostUrl: string): Promise<readonly DemoEffect[]> {
  return (await (await fetch(`${hostUrl}/effects`)).json()) as readonly DemoEffect[]
}
