/** From a change in the database to what GitHub is told: once, the newest, and never in anybody's way. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createReports, type Reports } from '../../../../bot/publisher/github/report-loop.js'
import { sendReport } from '../../../../bot/publisher/github/send-report.js'
import {
  type ClaimedReport,
  claimReports,
  countReports,
  markReportSent,
  setReported,
} from '../../../../db/github-reports.js'
import { reportFacts } from '../../../../db/queries/report-facts.js'
import { saveDraft } from '../../../../db/release-notes.js'
import { claimBuild, finishBuild } from '../../../../db/repositories/builds.js'
import { createRelease } from '../../../../db/repositories/create-release.js'
import { anApp } from '../../../support/app-definition.js'
import { testDatabases } from '../../../support/databases.js'
import { fakeForge, faulty } from '../../../support/fake-forge.js'
import { type ReadyDatabase, readyDatabase } from '../../../support/open-database.js'
import {
  aCut,
  aDeployment,
  alice,
  aMove,
  anEnvironment,
  at,
  change,
  commitOf,
  deploymentId,
  digestOf,
  releaseId,
  shop,
  startRecorded,
} from '../../../support/pipeline-rows.js'

describe.each(testDatabases())('reports on $kind', (kind) => {
  let database: ReadyDatabase
  let reports: Reports | null = null
  let fake = fakeForge()
  let faults: (string | null)[] = []
  const app = anApp({ more: '    github: { comments: [production], requiredChecks: [ci/test] }' })

  beforeAll(async () => {
    database = await readyDatabase(kind)
  })
  afterAll(() => database.close())
  beforeEach(async () => {
    fake = fakeForge()
    faults = []
    await database.db.deleteFrom('github_reports').execute()
    await setReported(database.db, [shop])
  })
  afterEach(() => stop())

  const start = (): void => {
    const { db } = database
    reports = createReports({
      db,
      leader: { isLeader: () => true },
      holder: 'one',
      tickMs: 20,
      send: (report) =>
        sendReport(
          {
            forge: fake.forge,
            range: fake.range,
            deploymentLog: (id) => `log/${Number(id.slice(4))}`,
            facts: () => reportFacts(db, report, (version) => `v${version}`),
          },
          report,
          app,
        ),
      onFault: (_report, _error, reason) => void faults.push(reason),
      onTrouble: (error) => void faults.push(String(error)),
    })
    reports.start()
  }
  const stop = async (): Promise<void> => {
    await reports?.stop()
    reports = null
  }
  const settled = () => expect.poll(() => countReports(database.db)).toEqual({ waiting: 0, given_up: 0 })
  let number = 0
  /** A deployment of its own commit that has come to a state. */
  const deployed = async (environment: string, ...to: Parameters<typeof aMove>[1][]) => {
    const id = deploymentId(++number)
    const commit = commitOf(`deployed ${number}`)
    await change(database.db, { newDeployments: [aDeployment(id, environment, { commit })] })
    for (const state of to) await change(database.db, { moves: [aMove(id, state)] })
    return { id, number, short: commit.slice(0, 4) }
  }

  test('without a sign-in nothing is queued, and what happened before is not told later', async () => {
    await setReported(database.db, [])
    await deployed('staging', 'queued', 'running', 'awaiting_acceptance')
    expect(await countReports(database.db)).toEqual({ waiting: 0, given_up: 0 })
    await setReported(database.db, [shop])
    start()
    await settled()
    expect(fake.told).toEqual([])
  })

  test('only the newest state is told, however much happened before', async () => {
    const { short, number: n } = await deployed('staging', 'queued', 'running', 'failed')
    start()
    await settled()
    expect(fake.told.toSorted()).toEqual([
      `deployment ${n} failure new`,
      `status ${short} slipway/staging failure log/${n}`,
    ])
  })

  test('what changes while it is being told is told afterwards, and what says the same is not told again', async () => {
    const { id, short, number: n } = await deployed('staging', 'queued', 'running')
    fake.trouble = async (what) => {
      fake.trouble = async () => undefined
      if (what === 'slipway/staging' || what === 'deployment')
        await change(database.db, { moves: [aMove(id, 'failed', { failedStage: 'patch' })] })
    }
    start()
    await settled()
    expect(fake.told.at(-1)).toMatch(/failure/)
    expect(fake.told.filter((one) => one.startsWith('status')).at(-1)).toBe(
      `status ${short} slipway/staging failure log/${n}`,
    )
    const count = fake.told.length
    await change(database.db, { moves: [aMove(id, 'queued'), aMove(id, 'failed', { failedStage: 'patch' })] })
    await settled()
    expect(fake.told).toHaveLength(count)
  })

  test('a build, its failure, and the same commit built after all', async () => {
    const order = { app: shop, commit: commitOf('built'), definition: 'd', claimant: 'x', host: 'h', at }
    const claim = await claimBuild(database.db, order)
    start()
    await settled()
    const { id } = claim
    const end = { tests: [], id, at, digest: null, reference: null, tail: '' }
    await finishBuild(database.db, { ...end, run: 1, state: 'failed' })
    await settled()
    await claimBuild(database.db, order)
    await finishBuild(database.db, { ...end, run: 2, state: 'succeeded', digest: digestOf('x') })
    await settled()
    const states = fake.told.map((one) => one.split(' ').slice(2).join(' '))
    expect(states.filter((state, index) => state !== 'slipway/build pending' || index === 0)).toEqual([
      'slipway/build pending',
      'slipway/build failure',
      'slipway/build success',
    ])
  })

  test('what ran before is inactive, and what was torn down too', async () => {
    const url = 'https://shop.example.com'
    const current = (currentDeployment: ReturnType<typeof deploymentId> | null, seq: number) =>
      change(database.db, {
        environment: anEnvironment('qa', {
          position: 7,
          currentDeployment,
          seq,
          detail: { ...anEnvironment('qa').detail, url },
        }),
      })
    const first = await deployed('qa', 'queued', 'running', 'awaiting_acceptance')
    await current(first.id, 1)
    start()
    await settled()
    const second = await deployed('qa', 'queued', 'running', 'awaiting_acceptance')
    await current(second.id, 2)
    await settled()
    await current(null, 3)
    await settled()
    const shown = fake.told.filter((one) => one.startsWith('deployment'))
    expect(shown.filter((one) => one.startsWith(`deployment ${first.number} `)).at(-1)).toBe(
      `deployment ${first.number} inactive gh-${first.number} ${url}`,
    )
    expect(shown).toContain(`deployment ${first.number} success new ${url}`)
    expect(shown.at(-1)).toBe(`deployment ${second.number} inactive gh-${second.number} ${url}`)
  })

  test('an arrival is told to every pull request of the range once, and a rollback to none', async () => {
    const before = await deployed('production', 'queued')
    await startRecorded(database.db, {
      id: before.id,
      attempt: 1,
      at,
    })
    await change(database.db, {
      moves: [aMove(before.id, 'awaiting_acceptance'), aMove(before.id, 'accepted')],
    })
    start()
    await settled()
    fake.told.length = 0
    const id = deploymentId(++number)
    const commit = commitOf('arrives')
    await change(database.db, { newDeployments: [aDeployment(id, 'production', { commit })] })
    await change(database.db, { moves: [aMove(id, 'queued')] })
    const later = '2026-11-21T10:00:00.000Z'
    await startRecorded(database.db, { id, attempt: 1, at: later })
    await change(database.db, { moves: [aMove(id, 'awaiting_acceptance')] })
    await settled()
    await change(database.db, { moves: [aMove(id, 'accepted')] })
    const back = deploymentId(++number)
    await change(database.db, { newDeployments: [aDeployment(back, 'production', { kind: 'rollback' })] })
    await change(database.db, {
      moves: [aMove(back, 'queued'), aMove(back, 'running'), aMove(back, 'accepted')],
    })
    await settled()
    const said = `This change reached **production** of shop (${commit.slice(0, 7)}).`
    expect(fake.told.filter((one) => /^(range|comment)/.test(one))).toEqual([
      `range ${before.short} ${commit.slice(0, 4)}`,
      `comment 7 ${said}`,
      `comment 8 ${said}`,
    ])
  })

  test('a release is published when its tag is pushed and its notes are drafted, with these', async () => {
    const released = async (
      id: number,
      tagged: boolean,
      released_at: string,
      noted = true,
    ): Promise<string> => {
      const created = await createRelease(database.db, aCut(releaseId(id), { title: 'Sum*mer' }))
      if (created.kind !== 'created') throw new Error('not created')
      const event = { releaseId: releaseId(id), deploymentId: null, environment: null }
      await database.db.updateTable('releases').set({ released_at }).where('id', '=', releaseId(id)).execute()
      const facts = {
        name: `${created.version}-rc.1`,
        tag: `v${created.version}`,
        commit: commitOf(releaseId(id)),
      }
      const pushed = { ...event, kind: 'tag.pushed', at, actor: alice } as const
      await change(database.db, { events: [{ ...pushed, facts: { ...facts, tag: `${facts.tag}-rc.1` } }] })
      if (tagged) await change(database.db, { events: [{ ...pushed, facts }] })
      if (noted) await note(id)
      return created.version
    }
    const note = (id: number) =>
      saveDraft(database.db, {
        id: releaseId(id),
        candidate: 1,
        sections: { features: '- Sell umbrellas (#7)' },
      })
    start()
    const first = await released(901, true, '2026-11-21T09:00:00.000Z')
    await settled()
    const second = await released(902, true, '2026-11-21T10:00:00.000Z', false)
    await released(903, false, '2026-11-21T11:00:00.000Z')
    await settled()
    const told = (version: string) =>
      `release v${version} ${version} Sum*mer **Sum\\*mer**\n\n### New\n\n- Sell umbrellas (#7)`
    expect(fake.told).toEqual([told(first)])
    await note(902)
    await settled()
    expect(fake.told).toEqual([told(first), told(second)])
  })

  test('while GitHub is away it is asked again, and what is refused for good is given up and can be retried', async () => {
    const { id, short, number: n } = await deployed('staging', 'queued', 'running')
    let away = true
    fake.trouble = async (what) => {
      if (what === 'deployment') throw faulty(403)
      if (away) throw faulty(null)
    }
    start()
    await expect.poll(() => countReports(database.db)).toEqual({ waiting: 1, given_up: 1 })
    away = false
    await expect.poll(() => countReports(database.db)).toEqual({ waiting: 0, given_up: 1 })
    const rows = await database.db.selectFrom('github_reports').select(['kind', 'gave_up']).execute()
    expect(rows.find(({ kind: of }) => of === 'deployment')?.gave_up).toBe('403 No')
    expect(faults).toContain('403 No')
    expect(fake.told).toEqual([`status ${short} slipway/staging pending log/${n}`])
    fake.trouble = async () => undefined
    await change(database.db, { moves: [aMove(id, 'failed')] })
    await settled()
    expect(fake.told).toContain(`deployment ${n} failure new`)
  })

  test('a limit quiets everything until it is over', async () => {
    let asked = 0
    fake.trouble = async () => {
      asked++
      throw faulty(429, 3_600)
    }
    await deployed('limited', 'queued', 'running')
    start()
    await expect.poll(() => faults.length).toBe(2)
    await deployed('quiet', 'queued', 'running')
    // Another holder may claim what this one leaves alone.
    const left = await claimReports(database.db, { holder: 'other', limit: 9, leaseMs: 1_000 })
    expect(left.map(({ kind: of }) => of).toSorted()).toEqual(['deployment', 'status'])
    expect(asked).toBe(2)
  })

  test('what a vanished holder had in hand comes back, and what it tells late changes nothing', async () => {
    await deployed('lost', 'queued', 'running')
    const lost = await claimReports(database.db, { holder: 'gone', limit: 9, leaseMs: 1 })
    // Each lease is over at its own instant.
    const found: ClaimedReport[] = []
    await expect
      .poll(async () =>
        found.push(...(await claimReports(database.db, { holder: 'next', limit: 9, leaseMs: 60_000 }))),
      )
      .toBe(2)
    for (const report of lost)
      await markReportSent(database.db, report, { holder: 'gone', sent: null, remoteId: null })
    expect(await countReports(database.db)).toEqual({ waiting: 2, given_up: 0 })
    expect(await claimReports(database.db, { holder: 'third', limit: 9, leaseMs: 1_000 })).toEqual([])
  })
})
