/** From the Slipway before to this one, while releases are in all their states; and back again, which is refused. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pickPort } from '../../local/ports.js'
import { alice, bob, carol, quinn } from '../support/channel.js'
import { runCommand } from '../support/command.js'
import { type TestDatabase, testServers } from '../support/databases.js'
import { type Drive, driveOf, withoutPushes } from '../support/drive.js'
import { isLongRun } from '../support/extent.js'
import { hasPreviousBuild, previousBuild } from '../support/previous-build.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

const [server] = testServers()

describe.skipIf(!hasPreviousBuild || server === undefined)('an upgrade', () => {
  let database: TestDatabase
  let stack: Stack
  /** By way of the read API of the bot before, and of the one of now. */
  let before: Drive
  let after: Drive
  let owner: Record<string, string>
  let main: string
  const versions = new Map<string, string>()

  beforeAll(async () => {
    const build = previousBuild()
    main = join(build, 'main.js')
    database = await (server?.start() ?? Promise.reject(new Error('no server')))
    const url = new URL(database.url)
    url.username = 'slipway_app'
    url.password = 'of-bot-and-worker'
    owner = { DATABASE_OWNER_URL: database.url, DATABASE_URL: url.href }
    execFileSync(process.execPath, [join(build, 'compose/migrate.js')], { env: { ...process.env, ...owner } })
    stack = await startStack({
      database: { url: url.href },
      processes: 'none',
      configure: withoutPushes,
    })
    const { port } = await pickPort(0)
    await stack.start('bot-before', 'bot', { SLIPWAY_HTTP_PORT: String(port) }, { main })
    await stack.start('worker-before', 'worker', {}, { main })
    before = driveOf({ ...stack, url: `http://127.0.0.1:${port}` })
    after = driveOf(stack)
  })
  afterAll(async () => {
    await stack?.close()
    await database?.stop()
  })

  /** Up to fifty releases in all. */
  const more = isLongRun ? Array.from({ length: 42 }, (_, index) => `More ${index + 1}`) : []
  const version = (name: string): string => versions.get(name) ?? name
  const cut = async (name: string): Promise<string> => {
    const cutOne = await before.cut(name)
    versions.set(name, cutOne)
    return cutOne
  }
  const accepted = async (name: string): Promise<string> => {
    const one = await cut(name)
    await before.reaches(one, 'integration', 'accepted')
    return one
  }
  const approve = (drive: Drive, user: string, of: string): Promise<string> =>
    drive.shop.ask(user, `approve shop ${of}-rc.1 production`, /pproved/)

  test('[D.9] releases in all states go on, while both builds run and afterwards, and nothing is lost or doubled', async () => {
    const released = await accepted('Released')
    await before.promote(released, 'staging')
    await before.reaches(released, 'staging', 'awaiting_acceptance')
    await before.accept(released)
    await before.promote(released, 'production')
    for (const user of [bob, carol]) await approve(before, user, released)
    await before.reaches(released, 'production', 'awaiting_acceptance')
    await before.shop.ask(alice, `accept shop ${released}-rc.1 production`, /Accepted/)

    const half = await accepted('Half approved')
    await before.promote(half, 'staging')
    await before.reaches(half, 'staging', 'awaiting_acceptance')
    await before.accept(half)
    await before.promote(half, 'production')
    await approve(before, bob, half)

    const judged = await accepted('To be judged')
    await before.promote(judged, 'staging')
    await before.reaches(judged, 'staging', 'awaiting_acceptance')
    const inLine = await accepted('In line')
    await before.shop.ask(bob, 'lock staging for 2h: judging', /Locked/)
    await before.promote(inLine, 'staging')

    await accepted('Idle')
    for (const name of more) await accepted(name)
    await before.shop.command(alice, 'draft shop "Planned"')
    await before.commit({ build: 'fail' })
    await before.shop.cardSays(/build failed/, await cut('Failed'))
    const running = await before.commit({ patchSeconds: 20 })
    await cut('Running')
    await before.sees(running, 'integration', 'patch:started')

    expect(await runCommand('compose/migrate.ts', owner)).toMatchObject({ code: 0 })
    await stack.start('bot', 'bot')
    await stack.start('worker', 'worker')
    // Side by side: an order to either, and what runs under the one before.
    await approve(after, carol, half)
    await after.reaches(half, 'production', 'awaiting_acceptance')
    await after.reaches(version('Running'), 'integration', 'accepted')

    for (const name of ['bot-before', 'worker-before']) await stack.processes.get(name)?.stop()
    await after.accept(judged)
    await after.shop.ask(bob, 'unlock staging', /Unlocked/)
    await after.reaches(inLine, 'staging', 'awaiting_acceptance')
    await after.accept(inLine)
    await after.shop.ask(alice, `accept shop ${half}-rc.1 production`, /Accepted/)
    await until('the release', async () => (await after.api.release(half)).state === 'released')
    await after.promote(version('Idle'), 'staging')
    await after.reaches(version('Idle'), 'staging', 'awaiting_acceptance')
    await after.shop.press(quinn, /^Accept/, version('Idle'))
    await after.reaches(version('Idle'), 'staging', 'accepted')

    for (const name of more) await after.shop.ask(alice, `delete shop ${version(name)} --yes`, /eleted/)

    await after.shop.cardSays(/build failed/, version('Failed'))
    expect(await after.done(running)).toEqual([
      expect.stringMatching(/patch:started$/),
      expect.stringMatching(/install$/),
      expect.stringMatching(/check:started$/),
    ])
    expect((await after.api.releases()).map(({ title, state }) => `${title}: ${state}`).toSorted()).toEqual([
      'Failed: open',
      'Half approved: released',
      'Idle: open',
      'In line: open',
      'Planned: draft',
      'Released: released',
      'Running: open',
      'To be judged: open',
    ])
    await after.shop.cardSays(/production ✅/, half)
  })

  test('[D.9] what a later one wrote, this one refuses to begin on, and says which and what to do', async () => {
    await stack.database.db
      .updateTable('installation')
      .set((row) => ({ build: '99.0.0', state_version: row('state_version', '+', 1) }))
      .execute()
    const { port } = await pickPort(0)
    const start = stack.start('older', 'bot', { SLIPWAY_HTTP_PORT: String(port) })

    await expect(start).rejects.toThrow(
      /Slipway 99\.0\.0 ran here since: .* reads up to \d+ → start that Slipway or a newer one; to go back, restore the backup/,
    )
    await expect(start).rejects.not.toThrow(/at .*\.js:\d+/)
  })
})
