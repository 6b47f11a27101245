import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { alice, bob, wholeText } from '../support/channel.js'
import { type Drive, driveOf, withoutPushes } from '../support/drive.js'
import { type Part, whileAway } from '../support/parts.js'
import { hangUp } from '../support/reconfigure.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

/** Longer than the timeouts of heartbeats, statements and calls to Temporal. */
const OUTAGE_MS = 12_000

describe('something unreachable for a while', () => {
  let stack: Stack
  let drive: Drive

  beforeAll(async () => {
    stack = await startStack({
      database: 'embedded',
      processes: 'bot-and-worker',
      configure: withoutPushes,
    })
    drive = driveOf(stack)
    await drive.reaches(await drive.cut('The first one'), 'integration', 'accepted')
  })
  afterAll(async () => stack?.close())

  const titles = async (): Promise<readonly string[]> =>
    (await drive.api.releases()).map(({ title }) => title)

  /** A release whose patch runs when the part goes away; returns what came of it. */
  async function releaseThrough(part: Part, meanwhile: () => Promise<void>): Promise<string> {
    const commit = await drive.commit({ patchSeconds: 5, outageOf: part })
    const version = await drive.cut(`Through an outage of ${part}`)
    await drive.sees(commit, 'integration', 'patch:started')
    await whileAway(stack.dataFolder, part, async () => {
      await Promise.all([meanwhile(), delay(OUTAGE_MS)])
    })
    const { id } = await drive.reaches(version, 'integration', 'accepted')

    expect(await drive.done(commit)).toEqual([
      `${id}/patch/1 patch:started`,
      `${id}/patch/1 install`,
      `${id}/check/1 check:started`,
    ])
    expect((await drive.api.release(version)).deployments).toHaveLength(1)
    await drive.shop.cardSays(/integration ✅ accepted/, version)
    return version
  }

  /** Whether the cut of that title was tried and has no answer. */
  const tried = async (title: string): Promise<boolean> => {
    const { rows } = await sql`select from inbox where intent->>'title' = ${title} and attempts > 0
      and trouble is not null and finished_at is null`.execute(stack.database.db)
    return rows.length > 0
  }

  test('[R.3] [U.1] PostgreSQL away: who orders is told at once that nothing was started, and nothing starts later', async () => {
    let told = ''
    await releaseThrough('postgres', async () => {
      await drive.shop.command(alice, 'cut shop "Too late"')
      told = wholeText(await drive.shop.answer(alice, /nothing was started/i))
    })
    await drive.reaches(await drive.cut('After the outage'), 'integration', 'accepted')

    expect(told).toMatch(/nothing was started/i)
    expect(await titles()).not.toContain('Too late')
  })

  test('[U.1] a press while PostgreSQL is away is told the same, and decides nothing later', async () => {
    const version = await drive.cut('Pressed too late')
    await drive.reaches(version, 'integration', 'accepted')
    const button = await until('the button', async () =>
      (await drive.shop.buttons(version)).find(({ label }) => /Promote to staging/.test(label)),
    )
    await whileAway(stack.dataFolder, 'postgres', async () => {
      await drive.shop.pressAgain(alice, button, version)
      await drive.shop.answer(alice, /nothing was started/i)
    })
    await drive.shop.learn(alice, 'status shop', /Pressed too late/)

    expect((await drive.api.release(version)).deployments).toHaveLength(1)
  })

  test('[R.3] PostgreSQL away: a reload waits for it, and is in force afterwards', async () => {
    const said = (words: string): number =>
      readFileSync(join(stack.dataFolder, 'bot.log'), 'utf8').split(words).length
    const [waiting, inForce] = ['does not answer yet', 'configuration is in force']
    const before = { waiting: said(waiting), inForce: said(inForce) }
    await whileAway(stack.dataFolder, 'postgres', async () => {
      hangUp(stack)
      await until('the wait', async () => said(waiting) > before.waiting)
    })
    await until('the reload', async () => said(inForce) > before.inForce)
    await drive.reaches(await drive.cut('After the reload'), 'integration', 'accepted')
    expect(await titles()).toContain('After the reload')
  })

  test('[R.3] Temporal away: an order stands, runs once afterwards, and is told', async () => {
    const version = await releaseThrough('temporal', async () => {
      await drive.shop.command(alice, 'cut shop "Ordered meanwhile"')
    })
    const answer = wholeText(await drive.shop.answer(alice, /Cut `/))
    const ordered = (await titles()).filter((title) => title === 'Ordered meanwhile')

    expect(answer).not.toContain(version)
    expect(ordered).toHaveLength(1)
  })

  test('[D.6] [D.7] an hour without an answer: parked for all to see, holds nobody, and its giver can have it tried again', async () => {
    const { shop } = drive
    await stack.kill('worker')
    await shop.command(alice, 'cut shop "Parked"')
    await until('a try', () => tried('Parked'))
    await sql`update inbox set created_at = created_at - interval '61 minutes'
      where intent->>'title' = 'Parked'`.execute(stack.database.db)
    const parked = await shop.answer(alice, /is parked/)
    const why = await shop.learn(bob, 'why shop', /Orders without an answer/)
    await shop.command(bob, 'cut shop "Behind it"')
    await until('a try of the next one', () => tried('Behind it'))

    await stack.start('worker', 'worker')
    await shop.answer(bob, /Cut `/)
    await shop.pressIn(alice, parked, /Try again/)
    const said = await shop.answer(alice, /Cut `|Since then/)
    if (!/Cut `/.test(wholeText(said))) {
      await shop.pressIn(alice, said, /Carry it out/)
      await shop.answer(alice, /Cut `/)
    }

    expect(why).toMatch(/Parked.*<@U01ALICE>.*cut shop/s)
    expect((await titles()).filter((title) => title === 'Parked')).toHaveLength(1)
  })

  test('[R.3] [U.2] Slack away: the release goes on without it, and the picture catches up', async () => {
    let meanwhile = ''
    await releaseThrough('slack', async () => {
      const [{ version } = { version: '' }] = await drive.api.releases()
      await drive.reaches(version, 'integration', 'accepted')
      meanwhile = version
    })

    expect(meanwhile).not.toBe('')
  })
})
