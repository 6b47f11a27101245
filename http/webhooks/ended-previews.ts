/** Finds, by polling, previews whose branch is gone or whose pull request was closed: a webhook may be lost, or not sent. */
import type { AppName, CommitSha } from '../../domain/identifiers.js'
import { type AppDefinition, repositoryOf } from '../../domain/pipeline.js'
import type { PullRequests } from '../../domain/ports.js'
import type { EnvironmentView } from '../../domain/views.js'
import { type PushInbox, recordPush } from './record-push.js'

export interface EndedPreviews {
  /** The app's environments. Read before its branches, because a preview made later may follow a branch not seen yet. */
  read(app: AppName): Promise<readonly EnvironmentView[]>
  /** Records each end once; a repeat is recognised by its key. Throws while the forge is unavailable. */
  tell(app: AppDefinition, seen: SeenPreviews): Promise<void>
}

interface SeenPreviews {
  readonly environments: readonly EnvironmentView[]
  readonly heads: ReadonlyMap<string, CommitSha>
}

export interface EndedPreviewOptions {
  readonly read: EndedPreviews['read']
  /** Null when Slipway is not authenticated to a forge. */
  readonly pullRequests: Pick<PullRequests, 'headOf'> | null
  readonly inbox: PushInbox
}

const NO_COMMIT = '0'.repeat(40)

export const endedPreviews = (options: EndedPreviewOptions): EndedPreviews => ({
  read: options.read,
  tell: (app, seen) => tellEnded(options, app, seen),
})

async function tellEnded(
  options: EndedPreviewOptions,
  app: AppDefinition,
  { environments, heads }: SeenPreviews,
): Promise<void> {
  for (const view of environments) {
    const { branch, pull, preview } = view.detail
    const lives = preview && (view.state !== 'absent' || view.detail.place !== null)
    if (!lives || branch === null) continue
    const end = { app: app.name, branch, commit: NO_COMMIT, deleted: true, via: 'poll' as const }
    if (!heads.has(branch)) {
      const last = view.current?.commit ?? 'nothing'
      await recordPush(options.inbox, `poll/${app.name}/${branch}/${last}/gone`, end)
    } else if (pull !== null) await tellClosed(options, app, { ...end, number: pull })
  }
}

interface Followed {
  readonly app: AppName
  readonly branch: string
  readonly commit: string
  readonly deleted: boolean
  readonly via: 'poll'
  readonly number: number
}

async function tellClosed(
  { pullRequests, inbox }: EndedPreviewOptions,
  app: AppDefinition,
  { number, ...end }: Followed,
): Promise<void> {
  const repository = repositoryOf(app)
  const head = await pullRequests?.headOf(repository, number)
  if (head?.kind !== 'closed') return
  const { merged, at: closedAt } = head
  const key = `poll/${app.name}/#${number}/${closedAt}/closed`
  await recordPush(inbox, key, { ...end, pull: { number, merged, closedAt } })
}
