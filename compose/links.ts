import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import type { CardOptions } from '../bot/views/card/card-options.js'
import type { Settings } from '../config.js'
import { readLinkKey } from '../db/link-key.js'
import type { Database } from '../db/tables.js'
import { signLink } from '../http/signed-link.js'
import { releaseWorkflowId } from '../workflows/workflow-ids.js'

/** Links from Slack to our own pages: signed for one page, and only with a public address. */
export function createLinks(settings: Settings, linkKey: Pick<LinkKey, 'current'>): CardOptions['links'] {
  const { publicUrl } = settings.http
  const { temporalUiUrl, temporalNamespace } = settings
  const page = (path: string): string | null => {
    const key = linkKey.current()
    return publicUrl === null || key === null
      ? null
      : `${publicUrl.replace(/\/$/, '')}${signLink(`/api/v1/${path}`, key, Date.now())}`
  }
  return {
    deploymentLog: (id) => page(`deployments/${id}/log`),
    buildLog: (app, commit) => page(`apps/${app}/builds/${commit}/log`),
    workflow: ({ app, id }) => {
      if (temporalUiUrl === null) return null
      const workflow = encodeURIComponent(releaseWorkflowId(app, id))
      return `${temporalUiUrl.replace(/\/$/, '')}/namespaces/${temporalNamespace}/workflows/${workflow}`
    },
  }
}

/** The key that links are signed with, at most a few seconds old, so that rendering a card never waits for it. */
export interface LinkKey {
  /** Null before it was read, and without a public address, when there are no links. */
  current(): string | null
  stop(): void
}

const REFRESH_MS = 5_000

/** Rejects when the first read from the database fails. */
export async function openLinkKey(
  { http: { publicUrl } }: Pick<Settings, 'http'>,
  { db, log }: { readonly db: Kysely<Database>; readonly log: Logger },
): Promise<LinkKey> {
  if (publicUrl === null) return { current: () => null, stop: () => undefined }
  let key = await readLinkKey(db)
  const timer = setInterval(() => {
    readLinkKey(db).then(
      (newer) => {
        key = newer
      },
      (error: unknown) => log.warn({ err: error }, 'The key for signing links could not be read'),
    )
  }, REFRESH_MS)
  return { current: () => key, stop: () => clearInterval(timer) }
}
