/** What is read of all apps at once. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAuthorizer } from '../../../bot/orders/authorize.js'
import { databaseReads, type Reads, type Sources } from '../../../bot/orders/reads.js'
import { homeContent } from '../../../bot/publisher/home/home-content.js'
import type { Reading } from '../../../bot/verbs/questions/answer.js'
import { answerList } from '../../../bot/verbs/questions/answer-read.js'
import { readRoadmaps } from '../../../bot/verbs/questions/answer-roadmap.js'
import { where } from '../../../bot/verbs/questions/answer-where.js'
import { saveApps } from '../../../db/repositories/apps.js'
import { createRelease } from '../../../db/repositories/create-release.js'
import { saveEnvironments } from '../../../db/repositories/save-environments.js'
import type { AppName } from '../../../domain/identifiers.js'
import type { AppDefinition } from '../../../domain/pipeline.js'
import { anApp } from '../../support/app-definition.js'
import { countStatements } from '../../support/counted-statements.js'
import { ALICE } from '../../support/lane.js'
import { type ReadyDatabase, readyDatabase } from '../../support/open-database.js'
import { aCut, at, releaseId } from '../../support/pipeline-rows.js'
import { AT } from '../../support/release-views.js'
import { idOf, planned } from '../../support/roadmaps.js'
import { aConfiguration, noReads } from '../fake-bot.js'

const named = (name: string): AppDefinition => ({ ...anApp(), name: name as AppName })
const apps = Array.from({ length: 20 }, (_, index) => named(`app-${String(index).padStart(2, '0')}`))
let database: ReadyDatabase
beforeAll(async () => {
  database = await readyDatabase()
  await saveApps(database.db, apps, at)
  await saveEnvironments(database.db, apps)
  for (const [index, { name: app }] of apps.entries()) {
    const day = String(index + 1).padStart(2, '0')
    for (const hour of ['08', '09'])
      await createRelease(
        database.db,
        aCut(releaseId(`${day}${hour}`), { app, title: app, at: `2026-11-${day}T${hour}:00:00.000Z` }),
      )
  }
})
afterAll(() => database.close())

const sources = { trains: async () => [] } as unknown as Sources
const now = () => new Date(AT)

const home = (reads: Reads, some: readonly AppDefinition[]) => {
  const configuration = () => aConfiguration({ apps: some })
  const people = { person: async () => null, groupMembers: async () => [] } as never
  const authorizer = createAuthorizer({ people, configuration, now })
  const needs = { configuration, now, authorizer, reads, cardUrl: async () => null, workers: async () => [] }
  return homeContent(ALICE, needs)
}
const reading = (reads: Reads, some: readonly AppDefinition[]) =>
  ({
    ...{ reads, command: '/release', asker: ALICE, apps: some.map(({ name }) => name) },
    cardOptions: () => ({ links: {}, people: () => [] }),
  }) as unknown as Reading
const list = (what: 'releases' | 'candidates' | 'drafts') => (reads: Reads, some: readonly AppDefinition[]) =>
  answerList({ kind: 'list', what, page: 1, mine: false, app: null, here: true }, reading(reads, some))

test.each([
  ['Home', home],
  ['list', list('releases')],
  ['list candidates', list('candidates')],
  ['list drafts', list('drafts')],
  [
    'where',
    (reads: Reads, some: readonly AppDefinition[]) =>
      where({ kind: 'where', app: null, environment: null, here: true }, reading(reads, some)),
  ],
  [
    'roadmap',
    (reads: Reads, some: readonly AppDefinition[]) =>
      readRoadmaps(
        reads,
        some.map((app) => ({ app, windows: [] })),
        now(),
      ),
  ],
])('[P.6] %s of 20 apps takes as many statements as of two', async (_, look) => {
  const { db, of } = countStatements(database.db)
  const reads = databaseReads(db, sources)
  const ofTwo = await of(() => look(reads, apps.slice(0, 2)))

  expect(ofTwo).toBeGreaterThan(0)
  expect(await of(() => look(reads, apps))).toBe(ofTwo)
})

test('of each app as many are read as were asked for, the newest of all first', async () => {
  const reads = databaseReads(database.db, sources)
  const names = apps.slice(0, 3).map(({ name }) => name)

  expect((await reads.releases(names, 1)).map(({ title }) => title)).toEqual(names.toReversed())
  expect((await reads.openReleases(...names)).map(({ title }) => title)).toEqual(
    names.toReversed().flatMap((name) => [name, name]),
  )
  expect(await reads.releases([], 1)).toEqual([])
})

test('each roadmap has the releases of its app, and knows those of another that they wait for', async () => {
  const [north, south] = [named('north'), named('south')]
  const after = [{ releaseId: idOf('B'), name: 'Release B' }]
  const views = [
    planned('A', '2026-12-04', { app: north.name, detail: { after } }),
    planned('B', '2026-12-11', { app: south.name }),
  ]
  const maps = await readRoadmaps(
    { ...noReads, plannedReleases: async () => views },
    [north, south].map((app) => ({ app, windows: [] })),
    now(),
  )

  expect(maps.map(({ app, ahead }) => [app, ahead.map(({ title }) => title)])).toEqual([
    ['north', ['Release A']],
    ['south', ['Release B']],
  ])
  expect(maps[0]?.ahead[0]?.waitsFor).toMatchObject([{ releaseId: idOf('B'), state: 'draft' }])
})
