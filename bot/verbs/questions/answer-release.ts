/** `why`, `plan` and `diff`: what blocks a candidate, its remaining steps, and what is new in it. They change nothing. */

import type { BlockerContext, Quorums } from '../../../domain/blockers/blocker.js'
import { type PlanStep, planOf, type UsualTimes } from '../../../domain/blockers/plan.js'
import { usualTimes } from '../../../domain/blockers/usual-times.js'
import { blockersOf } from '../../../domain/blockers/why.js'
import { preparedOf } from '../../../domain/card-standing.js'
import { type CommitSha, shortCommit } from '../../../domain/identifiers.js'
import { type AppDefinition, findEnvironment } from '../../../domain/pipeline.js'
import type { SetupNeed } from '../../../domain/reasons.js'
import { withWritten } from '../../../domain/release/written.js'
import type { CandidateView, EnvironmentView, ReleaseView } from '../../../domain/views.js'
import type { ReadRequest } from '../../commands/parsed-command.js'
import { DIFF_PAGE, diffMessage } from '../../views/read/diff-message.js'
import { planMessage, whyMessage } from '../../views/read-views.js'
import { flag, joinWords } from '../common/command-words.js'
import type { ReadAnswer, Reading } from './answer.js'
import { withButtons } from './answer-where.js'

/** How many releases are used to estimate typical durations. */
const REMEMBERED = 20
/** How many commits and files a comparison lists; the rest are counted. */
const MOST_NAMED = 100
/** How many missing commits are listed. */
const MOST_TAKEN_OUT = 20

type Asked = Extract<ReadRequest, { kind: 'why' | 'plan' | 'diff' }>

export interface Named {
  readonly release: ReleaseView
  /** Null when no candidate was named. */
  readonly candidate: number | null
}

/** The answer about a release; null when it has no candidate yet, or its app is no longer configured. */
export async function explainRelease(
  request: Asked,
  named: Named,
  reading: Reading,
): Promise<ReadAnswer | null> {
  const { release: view } = named
  const options = reading.cardOptions(view.app)
  const candidate = view.candidates.find(({ number }) => number === named.candidate) ?? view.candidates.at(-1)
  const app = options.definition ?? null
  if (candidate === undefined || app === null) return null
  if (request.kind === 'diff') return compare(request, { view, candidate, app }, reading)
  const usual = usualTimes(await reading.reads.releases([view.app], REMEMBERED))
  const now = reading.now().toISOString()
  const windows = (at: string) => reading.windows(app, at)
  const quorums = await quorumsOf({ view, candidate }, reading)
  const seen = { view, app, candidate, usual, now, windows, quorums }
  if (request.kind === 'why') {
    const isBuilding = candidate.state === 'building'
    const noRoom = isBuilding ? await reading.reads.noRoomToBuild(app, candidate.commit) : null
    const blockers = blockersOf({ ...seen, noRoom }).filter(
      ({ environment }) =>
        request.environment === null || environment === null || environment === request.environment,
    )
    return { kind: 'shown', message: whyMessage(seen, blockers, options) }
  }
  return plan(request, seen, reading)
}

/** Who can still approve it where it is prepared; elsewhere, computed as if the asker promoted it. */
async function quorumsOf(
  { view, candidate }: Pick<BlockerContext, 'view' | 'candidate'>,
  { asker, quorum: look }: Reading,
): Promise<Quorums> {
  const gated = view.detail.bound.filter(({ approve }) => approve.length > 0)
  return new Map(
    await Promise.all(
      gated.map(async ({ name, approve }) => {
        const deployment = view.deployments.findLast(
          (one) =>
            one.environment === name && one.candidateNumber === candidate.number && one.state === 'prepared',
        )
        const facts = deployment && preparedOf(view, deployment)?.approval
        const quorum = await look(facts ?? { rules: approve, approvals: [], requestedBy: asker })
        return [name, quorum] as const
      }),
    ),
  )
}

/** Runs the workflow's own rules on its recorded state. */
async function plan(
  { environment: wanted }: Extract<Asked, { kind: 'plan' }>,
  seen: BlockerContext & { readonly usual: UsualTimes; readonly quorums: Quorums },
  { reads, asker }: Reading,
): Promise<ReadAnswer> {
  const { view, candidate, windows, usual, now, quorums } = seen
  const recorded = await reads.releaseState(view.app, view.id)
  if (recorded === null) return { kind: 'refused', refusal: { code: 'release-ended', state: view.state } }
  const state = withWritten(recorded, view.deployments)
  const { environments } = view
  const way = { state, environments, candidate: candidate.number, asker }
  const steps = planOf({ ...way, windows, usual, now, quorums })
  const place = steps.findIndex(({ environment }) => environment === wanted)
  const shown = place < 0 ? steps : steps.slice(0, place + 1)
  return { kind: 'shown', message: planMessage(seen, shown, await setupsAhead(seen, shown, reads)) }
}

/** Where a setup runs before the candidate's patch, and why: from the record, and for templates from git (S2.24). */
async function setupsAhead(
  { view, app, candidate }: Pick<BlockerContext, 'view' | 'app' | 'candidate'>,
  steps: readonly PlanStep[],
  reads: Reading['reads'],
): Promise<ReadonlyMap<string, SetupNeed>> {
  const found = await Promise.all(
    steps.map(async ({ environment, state }) => {
      const place = view.environments.find(({ name }) => name === environment)
      const definition = findEnvironment(app, environment)
      if (state !== 'ahead' || definition === null || definition.stages.setup === null) return []
      const because = await setupAhead(place ?? null, definition.template, {
        candidate,
        textOf: (path, commit) => reads.fileAt(app, commit, path),
      })
      return because === null ? [] : [[environment, because] as const]
    }),
  )
  return new Map(found.flat())
}

async function setupAhead(
  place: EnvironmentView | null,
  template: string | null,
  {
    candidate,
    textOf,
  }: {
    readonly candidate: CandidateView
    readonly textOf: (path: string, commit: CommitSha) => Promise<string | null>
  },
): Promise<SetupNeed | null> {
  // 0: setup never applied the variables.
  if (place === null || place.detail.variablesApplied === 0) return 'never'
  if (place.detail.variablesApplied !== place.detail.variablesVersion) return 'variables'
  if (template === null || place.current === null) return null
  const texts = await Promise.all([
    textOf(template, candidate.commit),
    textOf(template, place.current.commit),
  ])
  return texts[0] === texts[1] ? null : 'template'
}

interface Compared {
  readonly view: ReleaseView
  readonly candidate: CandidateView
  readonly app: AppDefinition
}

async function compare(
  request: Extract<Asked, { kind: 'diff' }>,
  { view, candidate, app }: Compared,
  reading: Reading,
): Promise<ReadAnswer> {
  const named = request.against ?? request.environment
  const before = named === null ? await releasedBefore(view, reading) : null
  const against = named ?? before?.version ?? app.environments.at(-1)?.name ?? null
  const base = await baseOf(against, { view, app }, reading)
  if (base.kind === 'refused') return base
  const { page } = request
  const between = { from: base.commit, to: candidate.commit, most: Math.max(MOST_NAMED, page * DIFF_PAGE) }
  const [range, changes] = await Promise.all([
    reading.reads.range(app, between),
    reading.reads.changes(app, between),
  ])
  const takesOut =
    base.commit === null
      ? { total: 0, commits: [] }
      : await reading.reads.takenOut(app, { from: base.commit, to: candidate.commit, most: MOST_TAKEN_OUT })
  const name = `${view.app} ${candidate.name}`
  const command = joinWords(['diff', app.name, candidate.name, flag('vs', against)])
  const compared = { ...between, name, base: base.name, range, changes, takesOut }
  return withButtons(diffMessage(compared, { page, app: app.name, command }), reading)
}

/** The previous release. A released one compared with what runs now would show nothing new. Null: it is not released. */
async function releasedBefore(
  { app, id, releasedAt }: ReleaseView,
  { reads }: Reading,
): Promise<ReleaseView | null> {
  if (releasedAt === null) return null
  const earlier = (await reads.releases([app], REMEMBERED)).filter(
    (one) => one.id !== id && one.releasedAt !== null && one.releasedAt < releasedAt,
  )
  return (
    earlier.toSorted((one, other) => String(one.releasedAt).localeCompare(String(other.releasedAt))).at(-1) ??
    null
  )
}

type Base =
  | { readonly kind: 'base'; readonly commit: CommitSha | null; readonly name: string | null }
  | Extract<ReadAnswer, { kind: 'refused' }>

/** The comparison base: what runs in an environment, or another release or candidate. */
async function baseOf(
  against: string | null,
  { view, app }: Pick<Compared, 'view' | 'app'>,
  { reads }: Reading,
): Promise<Base> {
  if (against === null) return cutFrom(view)
  const environment = view.environments.find(({ name }) => name === against)
  if (environment?.current === null) return cutFrom(view)
  if (environment) return runsIn(environment)
  const match = await reads.candidate(app.name, against)
  if (match.kind !== 'found') {
    const nearest = match.kind === 'ambiguous' ? match.names : match.nearest
    return { kind: 'refused', refusal: { code: 'unknown-release', text: against, nearest } }
  }
  const other = await reads.release(match.releaseId)
  const candidate =
    other?.candidates.find(({ number }) => number === match.candidate) ?? other?.candidates.at(-1)
  return { kind: 'base', commit: candidate?.commit ?? null, name: candidate?.name ?? null }
}

/** For an environment where nothing runs yet: the base used at the cut. */
function cutFrom({ detail }: ReleaseView): Base {
  const { from = null, since = null } = detail.commits ?? {}
  return { kind: 'base', commit: from, name: from === null ? null : since }
}

function runsIn({ name, current }: EnvironmentView): Base {
  if (current === null) return { kind: 'base', commit: null, name: null }
  return {
    kind: 'base',
    commit: current.commit,
    name: `${name} (${current.candidate ?? shortCommit(current.commit)})`,
  }
}
