/** P.4: the database cost of questions and orders with years of history, compared with an almost empty database. */
import type { Kysely } from 'kysely'
import { ulid } from 'ulid'
import { databaseReads } from '../bot/orders/reads.js'
import { answerRead } from '../bot/verbs/answer-read.js'
import { delayOf } from '../bot/verbs/delay-of.js'
import { parseReleaseCommand } from '../bot/verbs/parse-release-command.js'
import { type Reading } from '../bot/verbs/questions/answer.js'
import { type UsageNames, usageMessage } from '../bot/verbs/usage.js'
import { openDatabase } from '../db/database.js'
import { claim, finish } from '../db/inbox.js'
import { migrate } from '../db/migrate.js'
import { openLedger } from '../db/open-release-store.js'
import { deploymentsByState } from '../db/queries/deployments-by-state.js'
import { receive } from '../db/receive.js'
import { saveApps } from '../db/repositories/apps.js'
import type { Database } from '../db/tables.js'
import { emptyChange } from '../domain/change.js'
import { parseCommitSha, parseReleaseId, parseUserId } from '../domain/identifiers.js'
import type { Git } from '../domain/ports.js'
import type { ReleaseStore } from '../domain/release-store.js'
import type { SlowOrder } from '../domain/slow-order.js'
import type { Verb } from '../domain/verbs.js'
import { anApp } from '../test/support/app-definition.js'
import { testDatabases } from '../test/support/databases.js'
import { drawHome } from './draw-home.js'
import { type Figures, figuresOf, printTable, type Row, type Say, timed } from './figures.js'
import { addHistory } from './history-rows.js'
import { sure } from './slipway-release.js'

const RELEASES = 100_000
const OPEN = 12
const EMPTY = { releases: 40, auditRows: 400, open: OPEN }
const TIMES = 25
const WARM = 3
const PART_MS = 40_000

type Work = (db: Kysely<Database>, turn: number) => Promise<unknown>

export async function storedHistory(say: Say, auditRows: number): Promise<void> {
  const amount = { releases: RELEASES, auditRows, open: OPEN }
  const server = testDatabases().find(({ kind }) => kind === 'server')
  if (server === undefined) {
    say('[P.4] needs a PostgreSQL server, and none is installed here.')
    return
  }
  say(
    `[P.4] ${RELEASES} releases and ${auditRows} audit rows beside ${EMPTY.releases} and ${EMPTY.auditRows}; ${OPEN} are open in both.`,
  )
  const [empty, full] = [await server.start(), await server.start()]
  const small = openDatabase({ url: empty.url, poolSize: 3 })
  const large = openDatabase({ url: full.url, poolSize: 3 })
  try {
    await prepare(empty.url, EMPTY)
    const seconds = (await timed(() => prepare(full.url, amount))) / 1_000
    say(`      (written in ${seconds.toFixed(0)} s)`)
    printTable(say, '[P.4] with the history; the baseline is without, ms', await compared(small.db, large.db))
  } finally {
    await Promise.all([small.close(), large.close()])
    await Promise.all([empty.stop(), full.stop()])
  }
}

async function prepare(url: string, amount: typeof EMPTY): Promise<void> {
  const { db, close } = openDatabase({ url, poolSize: 1, statementTimeoutMs: 60_000 })
  await migrate(db)
  await saveApps(db, [anApp()], new Date().toISOString())
  await addHistory(db, amount)
  await close()
}

/** The two databases alternate, so that a busy machine affects both. */
async function compared(small: Kysely<Database>, large: Kysely<Database>): Promise<readonly Row[]> {
  const rows: Row[] = []
  const end = performance.now() + PART_MS
  for (const [title, work] of Object.entries(works)) {
    const times = { small: new Array<number>(), large: new Array<number>() }
    for (let turn = -WARM; turn < TIMES && (turn < 3 || performance.now() < end); turn++) {
      const [one, other] = [await timed(() => work(small, turn)), await timed(() => work(large, turn))]
      if (turn < 0) continue
      times.small.push(one)
      times.large.push(other)
    }
    const baseline: Figures = figuresOf(times.small)
    rows.push({
      title: `${title} (${baseline.median.toFixed(1)} without)`,
      figures: figuresOf(times.large),
      baseline,
    })
  }
  return rows
}

const app = anApp()
const asker = sure(parseUserId('U01ALICE'))
const command = '/release'

/** The cost of git does not depend on what is stored. */
const noCommits: Git['range'] = async () =>
  Promise.resolve({ commits: [], total: 0, read: 0, authors: 0, people: [], pulls: [] })
const noChanges: Git['changes'] = async () => Promise.resolve({ files: [], total: 0, added: 0, deleted: 0 })
const nothingLost: Git['takenOut'] = async () => Promise.resolve({ total: 0, commits: [] })
const noState = async () => Promise.resolve(null)

function reading(db: Kysely<Database>): Reading {
  const links = { deploymentLog: () => null, buildLog: () => null, workflow: () => null }
  const cardOptions = { command, links, definition: app, people: () => [] }
  const rest = {
    apps: [app.name],
    cardOptions: () => cardOptions,
    asker,
    delay: (slow: SlowOrder) => delayOf(slow, command, app.name),
    quorum: async () => [],
    now: () => new Date(),
    windows: () => new Map<string, never>(),
    mayPress: async () => true,
    comingWindows: () => [],
    usage: (verb: Verb, names: UsageNames) => usageMessage(verb, command, names),
  }
  return {
    reads: databaseReads(db, {
      range: noCommits,
      changes: noChanges,
      takenOut: nothingLost,
      fileAt: async () => null,
      branchHead: async () => null,
      ...{ releaseState: noState, trains: async () => [], trainLook: noState },
    }),
    command,
    ...rest,
  }
}

/** Runs the typed command without Slack around it; a refusal is an answer too. */
const typed =
  (text: string): Work =>
  async (db) => {
    const context = { apps: [app], channelApp: app.name, thread: null, links: new Map<string, never>() }
    const parsed = parseReleaseCommand(text, { command, asker, ...context })
    if (parsed.kind !== 'read') throw new Error(`${text} is no question`)
    await answerRead(parsed.read, reading(db))
  }

const questions = [
  ...[
    'status',
    'status 20.1.30',
    'status 20.1.3O',
    'why 20.1.30',
    'where',
    'list',
    'list candidates',
    'list waiting',
  ],
  ...['list --page 3', 'history', 'history production', 'history 20.1.30'],
]

const works: Readonly<Record<string, Work>> = {
  ...Object.fromEntries(questions.map((text) => [`${command} ${text}`, typed(text)])),
  'App Home': async (db) =>
    drawHome(db, {
      range: noCommits,
      changes: noChanges,
      takenOut: nothingLost,
      fileAt: async () => null,
      branchHead: async () => null,
      ...{ releaseState: noState, trains: async () => [], trainLook: noState },
    }),
  'an order: recorded, claimed, finished': async (db) => order(db),
  'a cut: version and release': async (db) => cut(db),
  'a cut: is it a candidate already': (db) => ledgerOf(db).isCandidate(app.name, unknownCommit),
  'a cut: picks it must contain': (db) => ledgerOf(db).livePicks(app.name),
  'a cut: what runs in production': (db) =>
    ledgerOf(db).whatRuns(app.name, sure(app.environments.at(-1)).name),
  'GET /metrics: deployments by state': (db) => deploymentsByState(db),
}

const unknownCommit = sure(parseCommitSha('f'.repeat(40)))
const ledgerOf = (db: Kysely<Database>): ReleaseStore => openLedger(db, () => undefined)

async function order(db: Kysely<Database>): Promise<void> {
  const key = `bench/${ulid()}`
  const reply = { responseUrl: null, channel: null, thread: null }
  const intent = { kind: 'mute', app: null, level: 'none' } as const
  await receive(db, { key, intent, actor: { user: asker }, reply, workflowKey: key, joinKey: null })
  await claim(db, { holder: 'bench', limit: 10, leaseMs: 30_000 })
  await finish(db, key, { kind: 'done', done: { code: 'muted', level: 'none' } }, 'bench')
}

async function cut(db: Kysely<Database>): Promise<void> {
  const { name, channel, timezone, configHash } = app
  const id = sure(parseReleaseId(`rel_${ulid()}`))
  const words = {
    title: 'Cut by the benchmark',
    description: '',
    type: 'feature',
    by: asker,
    at: new Date().toISOString(),
  }
  const numbered = {
    version: null,
    versioning: 'calendar',
    bump: null,
    tagged: { highest: null, skip: [] },
    timezone,
    configHash,
    bound: [],
  } as const
  const release = { id, app: name, channel, commit: unknownCommit, ...words, ...numbered }
  await ledgerOf(db).createRelease(release, () => emptyChange(name, `measured/${id}`))
}
