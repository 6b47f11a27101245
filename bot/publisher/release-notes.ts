/** Drafts the notes of releases, and publishes them once in the configured channel. */

import { readNotes, type Undrafted, undraftedReleases } from '../../db/queries/release-notes.js'
import { readRelease } from '../../db/queries/releases.js'
import { NOTES_KEY, publishNotes, saveDraft } from '../../db/release-notes.js'
import { parseReleaseId, type ReleaseId } from '../../domain/identifiers.js'
import { draftNotes } from '../../domain/notes.js'
import { type AppDefinition, repositoryOf } from '../../domain/pipeline.js'
import type { Git, NotedChange, PullRequests } from '../../domain/ports.js'
import { publishedNotes } from '../views/notes-message.js'
import { onceOnly } from './once-only.js'
import type { PublisherDatabase, Rendered, Renderer } from './publisher-options.js'

export interface NotesWatch {
  readonly renderer: Renderer
  /** Plans the notes to publish, and starts drafting missing ones. */
  readonly watch: () => Promise<void>
}

export interface NotesOptions {
  readonly apps: () => readonly AppDefinition[]
  readonly git: Pick<Git, 'noted'>
  /** Null without a configured forge. */
  readonly pullRequests: Pick<PullRequests, 'labelsOf'> | null
  readonly cardUrl: (id: ReleaseId) => Promise<string | null>
  /** `app` is null when even the query for missing notes failed. */
  readonly onTrouble: (app: string | null, error: unknown) => void
}

const AT_ONCE = 30
/** More changes would not fit into a section. */
const MOST_CHANGES = 300
/** The newest ones; each is a separate request to the forge. */
const MOST_LABELLED = 100
const LABELS_AT_ONCE = 10
const AFTER_TROUBLE_MS = 30_000

export function createReleaseNotes(db: PublisherDatabase, options: NotesOptions): NotesWatch {
  let drafting: Promise<void> | null = null
  const quiet = new Map<string, number>()

  /** A failure to draft one release's notes does not block other releases, and pauses its app only briefly. */
  async function draftThose(app: AppDefinition, releases: readonly Undrafted[]): Promise<void> {
    const trouble = (error: unknown): void => {
      quiet.set(app.name, performance.now() + AFTER_TROUBLE_MS)
      options.onTrouble(app.name, error)
    }
    for (const release of releases) await draft(db, options, { app, release }).catch(trouble)
  }

  async function draftAll(): Promise<void> {
    const now = performance.now()
    const apps = options.apps().filter(({ name }) => (quiet.get(name) ?? 0) <= now)
    const undrafted = await undraftedReleases(
      db,
      apps.map(({ name }) => name),
      AT_ONCE,
    )
    const ofApp = (name: string) => undrafted.filter(({ app }) => app === name)
    await Promise.all(apps.map((app) => draftThose(app, ofApp(app.name))))
  }

  return {
    renderer: { prefix: NOTES_KEY, render: ({ key }) => draw(db, options, key.slice(NOTES_KEY.length)) },
    async watch() {
      drafting ??= draftAll()
        .catch((error: unknown) => options.onTrouble(null, error))
        .finally(() => {
          drafting = null
        })
      for (const { name, notesChannel } of options.apps()) {
        if (notesChannel !== undefined) await publishNotes(db, name, notesChannel)
      }
    },
  }
}

async function draft(
  db: PublisherDatabase,
  { git, pullRequests }: NotesOptions,
  { app, release }: { readonly app: AppDefinition; readonly release: Undrafted },
): Promise<void> {
  const { id, candidate, from, commit } = release
  const { changes, total } = await git
    .noted(repositoryOf(app), from, commit, MOST_CHANGES)
    .catch(nothingIfLost)
  const labelled: NotedChange[] = []
  for (let first = 0; first < MOST_LABELLED; first += LABELS_AT_ONCE) {
    const some = changes.slice(first, first + LABELS_AT_ONCE)
    labelled.push(...(await Promise.all(some.map((change) => withLabels(pullRequests, app, change)))))
  }
  const noted = [...labelled, ...changes.slice(MOST_LABELLED)]
  await saveDraft(db, { id, candidate, sections: draftNotes(noted, total) })
}

/** Notes cannot be drafted for commits the repository no longer has; every other error is retried. */
function nothingIfLost(error: unknown): { readonly changes: readonly NotedChange[]; readonly total: number } {
  if (error instanceof Error && error.name === 'GitOrderError') return { changes: [], total: 0 }
  throw error
}

/** Notes do not wait for an unavailable forge; they are then drafted without its labels. */
async function withLabels(
  pullRequests: NotesOptions['pullRequests'],
  app: AppDefinition,
  change: NotedChange,
): Promise<NotedChange> {
  if (pullRequests === null || change.pull === null) return change
  const labels = await pullRequests.labelsOf(repositoryOf(app), change.pull).catch(() => [])
  return { ...change, labels }
}

async function draw(
  db: PublisherDatabase,
  { cardUrl }: NotesOptions,
  text: string,
): Promise<Rendered | null> {
  const id = parseReleaseId(text)
  if (id === null) return null
  const [view, notes] = await Promise.all([readRelease(db, id), readNotes(db, id)])
  if (view === null || notes === null) return null
  return onceOnly(publishedNotes(view, notes, await cardUrl(id)), `notes-${id}`)
}
