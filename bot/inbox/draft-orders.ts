/** Drafts and what may be changed of a release; the boxes of its checklist. */
import type { CutIntent, DraftIntent, EditIntent, TickIntent } from '../../domain/intent.js'
import { nearest } from '../../domain/nearest.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import { type Outcome, type Refusal, refuse } from '../../domain/refusal.js'
import type { ReleaseView } from '../../domain/views.js'
import { type Handling, Refused } from './context.js'
import { appOf, permitted, releaseOf, releaseView } from './resolve.js'

/** Slack shows no more of a headline. */
const LONGEST_TITLE = 120

/** The title as it is kept; without one there is no release (S1.1). */
export function titleOf(text: string): string {
  const title = text.trim()
  if (title === '') throw new Refused({ code: 'title-missing' })
  if (title.length > LONGEST_TITLE)
    throw new Refused({ code: 'title-too-long', length: title.length, most: LONGEST_TITLE })
  return title
}

/** Null when the app has a release type of that name. */
export function refuseType(app: AppDefinition, type: string): Refusal | null {
  const types = app.types.map(({ name }) => name)
  return types.includes(type) ? null : { code: 'unknown-type', text: type, nearest: nearest(type, types) }
}

/** S1.1, S4.2: a release that is planned and not cut yet. */
export async function draft(handling: Handling<DraftIntent>): Promise<Outcome> {
  const { intent, context, key } = handling
  const app = appOf(handling, intent.app)
  const by = await permitted(handling, 'draft', { app, environment: null })
  const title = titleOf(intent.title)
  const refusal = refuseType(app, intent.type)
  if (refusal) return refuse(refusal)
  const { description, type, plannedAt, scope, links } = intent
  return context.gateway.cut(
    {
      id: intent.releaseId,
      app,
      channel: app.channel,
      ...{ title, description, type, by },
      ref: null,
      version: null,
      override: null,
      firstDeployment: null,
      draft: { plannedAt, scope, links },
    },
    key,
  )
}

/** The cut of a draft: its words and its plan stay with it. */
export async function cutDraft(
  handling: Handling<CutIntent>,
  ref: NonNullable<CutIntent['draft']>,
): Promise<Outcome> {
  const { intent, context, key } = handling
  const app = appOf(handling, intent.app)
  const by = await permitted(handling, 'cut', { app, environment: null })
  if (intent.override !== null) await permitted(handling, 'override', { app, environment: null })
  const found = await releaseOf(handling, app.name, ref)
  const view = await releaseView(handling, found.releaseId)
  if (view.state !== 'draft') return refuse({ code: 'not-a-draft', state: view.state })
  const order = {
    app,
    ref: intent.ref,
    version: intent.version,
    override: intent.override,
    title: intent.title.trim() === '' ? null : titleOf(intent.title),
    firstDeployment: intent.deploymentId,
    by,
  }
  return context.gateway.askRelease({ app: app.name, release: view.id }, 'cut-draft', { order, key })
}

/** Words of a draft only; plan, scope and links until the release ends. */
export async function edit(handling: Handling<EditIntent>): Promise<Outcome> {
  const { intent, context, key } = handling
  const app = appOf(handling, intent.app)
  const by = await permitted(handling, 'edit', { app, environment: null })
  const found = await releaseOf(handling, app.name, intent.release)
  const view = await releaseView(handling, found.releaseId)
  if (view.state !== 'draft' && view.state !== 'open')
    return refuse({ code: 'release-ended', state: view.state })
  const { description, plannedAt, scope, links } = intent
  const title = intent.title === null ? null : titleOf(intent.title)
  const order = { title, description, plannedAt, scope, links, by }
  return context.gateway.askRelease({ app: app.name, release: view.id }, 'edit', { order, key })
}

/** S4.5: a box is ticked by whoever holds its role; who that is, is asked now. */
export async function tick(handling: Handling<TickIntent>): Promise<Outcome> {
  const { intent, context, key } = handling
  const app = appOf(handling, intent.app)
  const found = await releaseOf(handling, app.name, intent.release)
  const view = await releaseView(handling, found.releaseId)
  if (view.state !== 'open') return refuse({ code: 'release-ended', state: view.state })
  const item = view.detail.checklist.find((one) => one.item === intent.item)
  if (!item) return refuse(unknownItem(view, intent.item))
  const permissions = { ...app.permissions, checklist: [item.role] }
  const by = await permitted(handling, 'checklist', { app: { ...app, permissions }, environment: null })
  const order = { item: item.item, done: intent.done, candidate: found.candidate, by }
  return context.gateway.askRelease({ app: app.name, release: view.id }, 'tick', { order, key })
}

function unknownItem(view: ReleaseView, text: string): Refusal {
  const items = view.detail.checklist.map(({ item }) => item)
  const close = nearest(text, items)
  return { code: 'unknown-item', text, items: close.length > 0 ? close : items }
}
