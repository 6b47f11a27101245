/** `history`: for a release its whole history from the push on; otherwise the newest events of the app or an environment. */
import { parseDuration } from '../../../domain/durations.js'
import type { AuditView, BuildView, ReleaseView } from '../../../domain/views.js'
import type { ReadRequest } from '../../commands/parsed-command.js'
import { clip } from '../../views/escape.js'
import { historyMessage } from '../../views/read-views.js'
import { flag, joinWords } from '../common/command-words.js'
import type { ReadAnswer, Reading } from './answer.js'
import { findRelease, unknown } from './answer-read.js'
import { where, withButtons } from './answer-where.js'

const HISTORY = 200

type Asked = Extract<ReadRequest, { kind: 'history' }>

export async function answerHistory(request: Asked, reading: Reading): Promise<ReadAnswer> {
  if (request.release === null) {
    const { app, environment } = request
    const known =
      (await reading.reads.environments(app)).find(({ name }) => name === environment)?.name ?? null
    if (environment !== null && known === null) {
      return where({ kind: 'where', app, environment, here: request.here }, reading)
    }
    const events = await reading.reads.audit(app, known, HISTORY)
    const goesOn = events.length === HISTORY
    return show({ events: events.toReversed(), builds: [], release: null, goesOn }, request, reading)
  }
  const found = await findRelease(request, reading)
  if (found?.kind !== 'release') return found ?? unknown('', [])
  const { release } = found
  const events = await reading.reads.auditOfRelease(release.id)
  const there = events.filter(
    ({ environment }) => request.environment === null || environment === request.environment,
  )
  const whole = request.environment === null && request.since === null && request.by === null
  const before = whole ? await reading.reads.pushes(release.app, commitsOf(release)) : []
  const builds = whole ? await buildsOf(release, reading) : []
  return show({ events: [...before, ...there], builds, release, goesOn: false }, request, reading)
}

const commitsOf = ({ candidates }: ReleaseView) => [...new Set(candidates.map(({ commit }) => commit))]

async function buildsOf(release: ReleaseView, { reads }: Reading): Promise<readonly BuildView[]> {
  const found = await Promise.all(commitsOf(release).map((commit) => reads.build(release.app, commit)))
  return found.flatMap((match) => (match.kind === 'found' ? [match.build] : []))
}

function show(
  {
    events,
    builds,
    release,
    goesOn,
  }: {
    readonly events: readonly AuditView[]
    readonly builds: readonly BuildView[]
    readonly release: ReleaseView | null
    readonly goesOn: boolean
  },
  request: Asked,
  reading: Reading,
): Promise<ReadAnswer> {
  const { app, environment, since, by, page } = request
  const command = joinWords([
    'history',
    app,
    release?.id ?? null,
    environment,
    flag('since', since),
    by === null ? null : `--by ${by}`,
  ])
  const shown = ofInterest(events, request, reading)
  const name = [app, release === null ? null : nameOf(release), environment].filter((part) => part !== null)
  const options = { builds, page, app, name: name.join(' '), goesOn, command }
  return withButtons(historyMessage(shown, options), reading)
}

const nameOf = ({ version, title }: ReleaseView): string =>
  version === null ? `“${clip(title, 80)}”` : `${version} “${clip(title, 80)}”`

function ofInterest(
  events: readonly AuditView[],
  { since, by }: Asked,
  { now }: Reading,
): readonly AuditView[] {
  const age = since === null ? null : parseDuration(since)
  const from = age === null ? '' : new Date(now().getTime() - age).toISOString()
  return events.filter(({ at, actor }) => at >= from && (by === null || actor === by))
}
