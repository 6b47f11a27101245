import { afterEach, describe, expect, test } from 'vitest'
import type { AuditEvent } from '../../domain/events.js'
import { parseAppName, SLIPWAY } from '../../domain/identifiers.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import { done, type Outcome } from '../../domain/refusal.js'
import type { TrainOrders } from '../../domain/train/orders.js'
import type { TrainActivityNeeds } from '../../workflows/activities/train-activities.js'
import type { CutOrder } from '../../workflows/messages.js'
import { anApp } from '../support/app-definition.js'
import { saidOf } from '../support/events.js'
import { ALICE, BOB, by, commitOf, deploymentId, releaseId, sure } from '../support/lane.js'
import { type SkippedEnvironment, startSkipped } from '../support/skipped-environment.js'
import { timeSkippingServer } from '../support/time-skipping.js'
import { eventually, stateUntil } from '../support/until.js'
import { newKey } from './lab-orders.js'

const server = timeSkippingServer()
const HOUR = 3_600_000

const withTrain = (train: string, name = 'shop'): AppDefinition => {
  const app = anApp({ more: `    train: { ${train} }` })
  // Two apps of one file have names of their own.
  return { ...app, name: sure(parseAppName(name)) }
}

/** Without the server that skips time these tests are skipped, never waited out; CI has it. */
describe.skipIf(server === null)('a train', () => {
  let skipped: SkippedEnvironment
  let cuts: { readonly key: string; readonly order: CutOrder }[]
  /** What it finds; a test changes it. */
  let found: {
    head: number
    cut: number | null
    /** `2026-12-01`. */
    holiday: string | null
    frozen: boolean
    away: boolean
    /** Nobody answers a cut. */
    silent: boolean
  }
  afterEach(async () => skipped?.close())

  const world = (): Partial<TrainActivityNeeds> => ({
    releases: {
      cut: async (order, key) => {
        if (found.silent) throw new Error('no answer')
        if (!cuts.some((one) => one.key === key)) cuts.push({ key, order })
        const version = `2026.11.${cuts.findIndex((one) => one.key === key) + 1}`
        return done({
          ...{ code: 'cut', version, candidate: `${version}-rc.1` },
          commit: '',
          environment: null,
        })
      },
    },
    git: {
      branchHead: async () => {
        if (found.away) throw new Error('could not resolve host')
        return commitOf(found.head)
      },
      range: async () => ({ commits: [], total: 2, read: 0, authors: 1, people: [], pulls: [] }),
      tagBefore: async () => null,
      touches: async () => true,
    },
    records: {
      latestCuts: async () =>
        found.cut === null ? [] : [{ version: '2026.11.1', commit: commitOf(found.cut) }],
      freezeOf: async (_, at) =>
        found.frozen ? { reason: 'audit', until: new Date(Date.parse(at) + HOUR).toISOString() } : null,
    },
    holidays: {
      on: async (at) => ({ kind: 'known', name: at.slice(0, 10) === found.holiday ? 'Rest' : null }),
    },
  })
  async function start(): Promise<void> {
    cuts = []
    found = { head: 1, cut: null, holiday: null, frozen: false, away: false, silent: false }
    skipped = await startSkipped(server ?? '', { trains: world() })
  }
  const told = (app: AppDefinition, kind = 'train.'): readonly AuditEvent[] =>
    skipped.changes.flatMap((change) =>
      change.app === app.name ? change.events.filter((event) => event.kind.startsWith(kind)) : [],
    )
  const kinds = (app: AppDefinition): readonly string[] =>
    told(app)
      .map(({ kind }) => kind.slice('train.'.length))
      .filter((kind) => kind !== 'scheduled')
  const departureOf = async (app: AppDefinition): Promise<string> =>
    sure(
      (
        await stateUntil(
          () => skipped.gateway.findTrain(app.name),
          (state) => state?.departure != null,
        )
      )?.departure,
    )
  async function sleepUntil(instant: string, ms = 0): Promise<void> {
    const left = Date.parse(instant) + ms - Date.parse(await skipped.now())
    await skipped.sleep(`${Math.max(1, left)} ms`)
  }
  async function ask(
    app: AppDefinition,
    verb: keyof TrainOrders,
    departs: string | null = null,
  ): Promise<Outcome> {
    const ids = { release: releaseId(99), deployment: deploymentId(99) }
    const order = { departs, reason: null, ids, by: by(verb === 'resume' ? BOB : ALICE, await skipped.now()) }
    return skipped.gateway.askTrain(app.name, verb, { order, key: newKey() })
  }

  test('[G.9] a train leaves at its wall-clock time in its zone, once, over both changes of the clocks', async () => {
    await start()
    // Of the Sundays of two months two have no half past two as usual.
    const berlin = { zone: 'Europe/Berlin', months: [3, 10] }
    const york = { zone: 'America/New_York', months: [3, 11] }
    const trains = Object.entries({ berlin, york }).map(([name, { zone, months }]) => ({
      app: withTrain(`cron: "30 2 * ${months.join()} 7", timezone: ${zone}, announce: 1h`, name),
      months,
    }))
    const apps = trains.map(({ app }) => app)
    for (const app of apps) await skipped.configure(app)
    for (const app of apps) await departureOf(app)
    const from = await skipped.now()
    await skipped.sleep('366 days')
    const until = await skipped.now()

    for (const { app, months } of trains) {
      const { timezone } = sure(app.train)
      const sundays = sundaysOf(months, timezone, { from, until })
      const left = told(app, 'train.left')
      expect(left.map(({ at }) => clockOf(at, timezone).slice(0, 10))).toEqual(sundays)
      // The clocks of that night show no half past two: it leaves when they are put past it.
      expect(new Set(left.map(({ at }) => clockOf(at, timezone).slice(11)))).toEqual(
        new Set(['02:30', '03:00']),
      )
      expect(left.filter(({ at }) => clockOf(at, timezone).endsWith('03:00'))).toHaveLength(1)
      expect(told(app, 'train.announced')).toHaveLength(left.length)
    }
    expect(new Set(cuts.map(({ key }) => key)).size).toBe(cuts.length)
    expect(cuts).toHaveLength(apps.flatMap((app) => told(app, 'train.left')).length)
  })

  test('[G.9] is announced, held, caught up, has left early, is skipped, and goes by the configuration of today, and tells', async () => {
    await start()
    const app = withTrain('cron: "0 10 * * *", timezone: Europe/Berlin, missed: run')
    await skipped.configure(app)
    const first = await departureOf(app)
    await sleepUntil(first, -2 * HOUR - 60_000)
    expect(kinds(app)).toEqual([])
    await sleepUntil(first, -2 * HOUR + 60_000)
    await eventually(() => kinds(app).length === 1)

    expect(await ask(app, 'hold', first)).toMatchObject({ done: { code: 'train-held', departs: first } })
    await sleepUntil(first, HOUR)
    expect(cuts).toEqual([])
    expect(await ask(app, 'resume')).toMatchObject({ done: { code: 'train-leaving', departs: first } })
    await eventually(() => cuts.length === 1)
    expect(sure(cuts[0])).toMatchObject({
      key: `train/shop/${first}/${releaseId(99)}`,
      order: { title: `Train of ${first.slice(0, 10)}` },
    })

    const second = await departureOf(app)
    await sleepUntil(second, -HOUR)
    found.frozen = true
    expect(await ask(app, 'leave', second)).toMatchObject({
      done: { code: 'train-leaving', departs: second },
    })
    await eventually(() => told(app, 'train.left').length === 2)
    // The same button once more is of a departure that is over.
    expect(await ask(app, 'leave', second)).toMatchObject({
      refusal: { code: 'train-gone', departs: second },
    })

    for (const [keep, release] of [
      [() => Object.assign(found, { frozen: true }), () => Object.assign(found, { frozen: false })],
      [() => Object.assign(found, { cut: found.head }), () => Object.assign(found, { cut: null })],
      [() => Object.assign(found, { away: true }), () => Object.assign(found, { away: false })],
    ] as const) {
      keep()
      const before = told(app).length
      await sleepUntil(await departureOf(app), HOUR)
      release()
      await eventually(() => told(app).length >= before + 2)
    }
    expect(cuts).toHaveLength(2)

    await skipped.configure({
      ...withTrain('cron: "0 9 * * *", timezone: Europe/Berlin'),
      configHash: 'moved',
    })
    const moved = await stateUntil(
      () => skipped.gateway.findTrain(app.name),
      (state) => state?.configHash === 'moved',
    )
    expect(clockOf(sure(moved?.departure), 'Europe/Berlin')).toMatch(/09:00$/)
    await skipped.configure({ ...anApp(), configHash: 'gone' })
    await eventually(async () => (await skipped.gateway.findTrain(app.name)) === null)
    const count = told(app).length
    await skipped.sleep('3 days')

    expect(told(app)).toHaveLength(count)
    expect(kinds(app)).toEqual([
      ...['announced', 'held', 'stood', 'resumed', 'left'],
      ...['announced', 'left'],
      ...['announced', 'skipped'],
      ...['announced', 'skipped'],
      ...['announced', 'failed'],
      'removed',
    ])
    expect(told(app, 'train.s').map(saidOf).join('\n')).toMatch(
      /did not leave: .* holds it\. It leaves as soon as[^]*promotion is frozen until .*audit[^]*nothing is new since 2026\.11\.1/,
    )
    expect(told(app, 'train.left').map(({ actor }) => actor)).toEqual([BOB, ALICE])
    // Four eyes: who had it leave is who asked for the release, though Slipway cuts it.
    expect(cuts.map(({ order }) => [order.by.user, order.requestedBy])).toEqual([
      [SLIPWAY, BOB],
      [SLIPWAY, ALICE],
    ])
  })

  test('[G.9] what is caught up is judged by the day on which it leaves, not by the one that it missed', async () => {
    await start()
    const weekly = withTrain('cron: "0 10 * * 2", timezone: UTC, missed: run')
    // The file would have to name a calendar; here the test is it.
    const app: AppDefinition = { ...weekly, train: { ...sure(weekly.train), skip: ['holidays'] } }
    await skipped.configure(app)
    const first = await departureOf(app)
    await sleepUntil(first, -HOUR)
    await ask(app, 'hold', first)
    await sleepUntil(first, HOUR)
    found.holiday = first.slice(0, 10)
    await sleepUntil(first, 25 * HOUR)
    await ask(app, 'resume')
    await eventually(() => cuts.length === 1)

    const second = await departureOf(app)
    await sleepUntil(second, -HOUR)
    await ask(app, 'hold', second)
    await sleepUntil(second, 25 * HOUR)
    found.holiday = (await skipped.now()).slice(0, 10)
    await ask(app, 'resume')
    await eventually(() => told(app, 'train.skipped').length === 1)

    expect(told(app, 'train.skipped')).toMatchObject([
      { actor: BOB, facts: { departs: second, why: { kind: 'holiday' } } },
    ])
    expect(cuts).toHaveLength(1)
  })

  test('[G.9] a cut that nobody answers is given up after an hour and told, and not tried again', async () => {
    await start()
    const app = withTrain('cron: "0 10 * * 2", timezone: UTC')
    await skipped.configure(app)
    const departs = await departureOf(app)
    found.silent = true
    await sleepUntil(departs, HOUR - 60_000)
    expect(told(app, 'train.failed')).toEqual([])
    await sleepUntil(departs, HOUR + 60_000)
    await eventually(() => told(app, 'train.failed').length === 1)
    found.silent = false
    await skipped.sleep('2 days')

    expect(told(app, 'train.failed')).toMatchObject([
      { actor: SLIPWAY, facts: { departs, asked: 'cut', message: expect.stringContaining('no answer') } },
    ])
    expect(cuts).toEqual([])
    expect(kinds(app)).toEqual(['announced', 'failed'])
  })

  test('[G.9] takes what it cut up to the environment that the file names, and no further', async () => {
    cuts = []
    skipped = await startSkipped(server ?? '')
    const environments = ['integration', 'staging', 'gate', 'production']
      .map(
        (name, index) =>
          `\n      - { name: ${name}, mode: ${index === 0 ? 'continuous' : 'approval'}, patch: { run: p } }`,
      )
      .join('')
    const app = anApp({ environments, more: '    train: { cron: "0 10 * * *", promote: gate }' })
    await skipped.configure(app)
    await sleepUntil(await departureOf(app), 60_000)
    const { releaseId: id } = await stateUntil(
      () => ({ releaseId: skipped.changes.findLast(({ release }) => release !== null)?.release?.id ?? null }),
      (state) => state.releaseId !== null,
    )
    const to = { app: app.name, release: sure(id) }
    const standing = async () => (await skipped.gateway.readRelease(app.name, sure(id)))?.deployments ?? []
    for (const environment of ['staging', 'gate']) {
      const waits = await stateUntil(
        async () => (await standing()).find((one) => one.environment === environment),
        (one) => one?.state === 'awaiting_acceptance',
      )
      const order = { deploymentId: sure(waits).id, comment: null, by: by(ALICE, await skipped.now()) }
      await skipped.gateway.askRelease(to, 'accept', { order, key: newKey() })
    }
    await stateUntil(standing, (all) => all.every(({ state }) => state === 'accepted'))
    await skipped.sleep('5 minutes')

    expect((await standing()).map(({ environment }) => environment)).toEqual([
      'integration',
      'staging',
      'gate',
    ])
    expect(told(app, 'train.left').map(saidOf)).toEqual([
      expect.stringMatching(/left as 2026\.11\.9 with 1 commit, and goes on to gate as its gates open\.$/),
    ])
  })
})

/** `2026-03-29 03:00`, on the clocks of a zone. */
function clockOf(instant: string, timeZone: string): string {
  return new Date(instant).toLocaleString('sv-SE', { timeZone }).slice(0, 16)
}

/** The Sundays of some months whose half past two in the night lies between two instants. */
function sundaysOf(
  months: readonly number[],
  timeZone: string,
  { from, until }: { readonly from: string; readonly until: string },
): readonly string[] {
  const days: string[] = []
  for (let at = Date.parse(from); at < Date.parse(until) + 24 * HOUR; at += 24 * HOUR) {
    const day = new Date(at).toISOString().slice(0, 10)
    const isThere = day > clockOf(from, timeZone) && `${day} 02:30` < clockOf(until, timeZone)
    if (isThere && months.includes(Number(day.slice(5, 7))) && new Date(day).getUTCDay() === 0) days.push(day)
  }
  return days
}
