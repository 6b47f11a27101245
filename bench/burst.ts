/** P.3: fifty releases at once compared with as many plain workflows, and their cost in Slack's budget. */
import { sql } from 'kysely'
import { configurationOf, repositoryIn, threeStepApp } from './configuration.js'
import type { Say } from './figures.js'
import { record, releaseByPlain } from './plain-release.js'
import { watchUpdates } from './slack-updates.js'
import { releaseBySlipway, sure } from './slipway-release.js'
import { openWorld, type World } from './world.js'

const RELEASES = 50
const LIMIT_A_MINUTE = 45
/** How long cards may take to catch up before the rest is counted and abandoned. */
const CATCH_UP_MS = 120_000
/** Polling so many releases constantly would itself be the measured load. */
const LOOK_MS = 1_000
const RECORDED = 'recorded'

const slipwayApp = (index: number): string => `own-${index}`
const plainApp = (index: number): string => `plain-${index}`
const all = [...Array(RELEASES).keys()]

export async function burst(say: Say): Promise<void> {
  say(
    `[P.3] ${RELEASES} releases at once, each of an app of its own through three environments, beside as many plain`,
  )
  say('      workflows that make the same calls; stages end at once.')
  const world = await openWorld(
    (yaml) => {
      const names = [RECORDED, ...all.map(slipwayApp), ...all.map(plainApp)]
      return configurationOf(names.map((name) => threeStepApp(name, repositoryIn(yaml))))
    },
    { lookMs: LOOK_MS },
  )
  try {
    world.runner.use('instant')
    const recording = await record(world, appOf(world, RECORDED), [])
    const plain = await atOnce((index) =>
      releaseByPlain(world, recording, { app: plainApp(index), turn: index + 1, before: [] }),
    )
    const updates = watchUpdates(world.stack.url)
    const slipway = await atOnce((index) =>
      releaseBySlipway(world, appOf(world, slipwayApp(index)), () => undefined),
    )
    const picture = await untilShown(world)
    const { total, most } = await updates.stop()
    say('')
    say(`      plain workflows  ${perSecond(plain)} a second (${(plain / 1_000).toFixed(1)} s in all)`)
    say(
      `      Slipway          ${perSecond(slipway)} a second (${(slipway / 1_000).toFixed(1)} s in all), ${(slipway / plain).toFixed(2)} times as long`,
    )
    say(
      `      chat.update      ${total} calls, at most ${most} in any minute (the limit is ${LIMIT_A_MINUTE})`,
    )
    say(`      cards            ${picture}`)
  } finally {
    await world.close()
  }
}

const appOf = ({ apps }: World, name: string): World['apps'][number] =>
  sure(apps.find((app) => app.name === name))

/** Milliseconds until the last one has ended. */
async function atOnce(release: (index: number) => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await Promise.all(all.map(release))
  return performance.now() - start
}

const perSecond = (ms: number): string => (RELEASES / (ms / 1_000)).toFixed(1)

/** Waits until no card shows an older state than the database, and prints how long that took. */
async function untilShown({ stack }: World): Promise<string> {
  const start = performance.now()
  for (;;) {
    const { rows } = await sql<{ readonly count: number }>`
      select count(*)::int as count from slack_messages
      where key like 'card/%' and (ts is null or shown < stale)`.execute(stack.database.db)
    const waiting = rows[0]?.count ?? 0
    const seconds = ((performance.now() - start) / 1_000).toFixed(0)
    if (waiting === 0) return `all of them show the final state ${seconds} s after the last release`
    if (performance.now() - start > CATCH_UP_MS) return `${waiting} were still behind after ${seconds} s`
    await new Promise((resolve) => {
      setTimeout(resolve, 1_000)
    })
  }
}
