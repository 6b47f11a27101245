/** The content of a person's Home, from the same reads, card actions and `authorize` as everything else. */
import { type CardAction, cardActions } from '../../../domain/card-actions.js'
import { preparedOf } from '../../../domain/card-standing.js'
import { findApp } from '../../../domain/configuration.js'
import type { ReleaseId, UserId } from '../../../domain/identifiers.js'
import type { AppDefinition } from '../../../domain/pipeline.js'
import { refuseApprover } from '../../../domain/release/decide.js'
import { saySandbox, type WorkerStatus } from '../../../domain/sandbox.js'
import type { ProtectedVerb } from '../../../domain/verbs.js'
import type { ReleaseView } from '../../../domain/views.js'
import type { BotContext } from '../../interactions/bot-context.js'
import { delayOf } from '../../verbs/delay-of.js'
import { readRoadmaps } from '../../verbs/questions/answer-roadmap.js'
import type { HomeContent, HomeEntry } from '../../views/home-view.js'

export interface HomeNeeds extends Pick<BotContext, 'configuration' | 'reads' | 'authorizer' | 'now'> {
  readonly cardUrl: (release: ReleaseId) => Promise<string | null>
  readonly workers: () => Promise<readonly WorkerStatus[]>
}

const MOST_WAITING = 8
const MOST_LISTED = 8
const MINE_MS = 7 * 86_400_000
const MOST_READ = 20

/** Actions that ask the person for a decision or for help. The other actions are on the card. */
const decisions: ReadonlySet<CardAction['verb']> = new Set([
  'approve',
  'accept',
  'reject',
  'retry',
  'rollback',
])
const waitsFor: ReadonlySet<CardAction['verb']> = new Set(['approve', 'accept', 'retry'])

/** Gathers the content for one person. Throws when the database does not answer. */
export async function homeContent(user: UserId, needs: HomeNeeds): Promise<HomeContent> {
  const { reads, now } = needs
  const { apps } = needs.configuration()
  const names = apps.map(({ name }) => name)
  const open = await reads.openReleases(...names)
  const entries = await Promise.all(open.map((view) => entryOf(user, view, needs)))
  const waiting = entries.filter(({ actions }) => actions.some(({ verb }) => waitsFor.has(verb)))
  const rest = entries.filter((entry) => !waiting.includes(entry))
  const inFlight = rest.filter(({ view }) => view.state === 'open')
  const recent = await reads.releases(names, MOST_READ)
  const since = new Date(now().getTime() - MINE_MS).toISOString()
  const mine = recent.filter(
    (view) =>
      view.requestedBy === user &&
      view.createdAt >= since &&
      !open.some(({ id, state }) => id === view.id && state === 'open'),
  )
  return {
    cuttable: await cuttable(user, needs),
    waiting: waiting.slice(0, MOST_WAITING),
    inFlight: inFlight.slice(0, MOST_LISTED),
    planned: await planned(needs),
    environments: await reads.environments(...names),
    mine: await Promise.all(mine.slice(0, MOST_LISTED).map((view) => entryOf(user, view, needs))),
    ...(await forManagers(user, needs)),
  }
}

/** Planned releases of every app, overdue first, then by day. */
async function planned({ configuration, reads, now }: HomeNeeds): Promise<HomeContent['planned']> {
  const asked = configuration().apps.map((app) => ({ app, windows: [] }))
  const maps = await readRoadmaps(reads, asked, now())
  return maps
    .flatMap(({ today, overdue, ahead }) => [...overdue, ...ahead].map((release) => ({ release, today })))
    .toSorted((one, other) => String(one.release.plannedFor).localeCompare(String(other.release.plannedFor)))
    .slice(0, MOST_LISTED)
}

async function cuttable(
  user: UserId,
  { configuration, authorizer }: HomeNeeds,
): Promise<HomeContent['cuttable']> {
  const { apps } = configuration()
  const may = await Promise.all(
    apps.map(async (app) => ({
      name: app.name,
      answer: await authorizer.authorize({ user }, 'cut', { app, environment: null }),
    })),
  )
  return may.filter(({ answer }) => answer.kind === 'allowed').map(({ name }) => name)
}

/**
 * Orders without an answer: all of them for release managers (people who may override a rule of some app), otherwise the person's
 * own. Only release managers see how the commands of stages are isolated.
 */
async function forManagers(user: UserId, needs: HomeNeeds): Promise<Pick<HomeContent, 'sandbox' | 'delays'>> {
  const { command, apps } = needs.configuration()
  const answers = await Promise.all(
    apps.map((app) => needs.authorizer.authorize({ user }, 'override', { app, environment: null })),
  )
  const manages = answers.some(({ kind }) => kind === 'allowed')
  const orders = await needs.reads.delays(null)
  return {
    delays: orders
      .filter(({ actor }) => manages || actor.user === user)
      .map((order) => delayOf(order, command, apps[0]?.name ?? null)),
    sandbox: manages ? saySandbox(await needs.workers()) : null,
  }
}

async function entryOf(user: UserId, view: ReleaseView, needs: HomeNeeds): Promise<HomeEntry> {
  const app = findApp(needs.configuration(), view.app)
  const asked = cardActions(view).filter(({ verb, deployment }) => decisions.has(verb) && deployment !== null)
  const may = await Promise.all(asked.map((action) => isAllowed(user, action, { app, view, needs })))
  const actions = asked.filter((_, index) => may[index] === true)
  return { view, actions, url: await needs.cardUrl(view.id) }
}

interface Asking {
  readonly app: AppDefinition | null
  readonly view: ReleaseView
  readonly needs: HomeNeeds
}

/** Judges as the workflow will: by today's roles and the gates of the release's own snapshot. */
async function isAllowed(user: UserId, action: CardAction, { app, view, needs }: Asking): Promise<boolean> {
  const { deployment } = action
  const verb = protectedVerb(action.verb)
  const environment = view.detail.bound.find(({ name }) => name === deployment?.environment)
  if (app === null || deployment === null || verb === null || environment === undefined) return false
  const answer = await needs.authorizer.authorize({ user }, verb, { app, environment })
  if (answer.kind === 'denied') return false
  const approval = verb === 'approve' ? (preparedOf(view, deployment)?.approval ?? null) : null
  // Whether they are the only author is checked when they decide.
  return approval === null || refuseApprover({ ...approval, authors: null }, answer.evidence) === null
}

function protectedVerb(verb: CardAction['verb']): ProtectedVerb | null {
  switch (verb) {
    case 'approve':
    case 'accept':
    case 'reject':
    case 'retry':
    case 'rollback':
      return verb
    default:
      return null
  }
}
