/** Apps as the table of configurations would have them, for workflows that run without a database. */
import type { AppDefinition } from '../../domain/pipeline.js'
import type { ReleaseStore } from '../../domain/release-store.js'
import type { Gateway } from '../../workflows/gateway.js'

/** Remembers each app that the gateway is given, by its name and the hash of its configuration. */
export function rememberApps(gateway: Gateway): {
  readonly gateway: Gateway
  /** One that is never sent to a workflow as a whole. */
  readonly remember: (app: AppDefinition) => void
  readonly store: Pick<ReleaseStore, 'readConfigured'>
} {
  const apps = new Map<string, AppDefinition>()
  const remember = (told: unknown): void => {
    if (isApp(told)) apps.set(`${told.name} ${told.configHash}`, told)
    else if (typeof told === 'object' && told !== null && 'app' in told) remember(told.app)
  }
  const listening = new Proxy(gateway, {
    get: (target, name: keyof Gateway) => {
      const method = target[name]
      if (typeof method !== 'function') return method
      return (...told: unknown[]) => {
        told.forEach(remember)
        return (method as (...given: unknown[]) => unknown)(...told)
      }
    },
  })
  return {
    gateway: listening,
    remember,
    store: { readConfigured: async (hash, app) => apps.get(`${app} ${hash}`) ?? null },
  }
}

const isApp = (told: unknown): told is AppDefinition =>
  typeof told === 'object' && told !== null && 'environments' in told && 'configHash' in told
