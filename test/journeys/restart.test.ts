import { mkdirSync, readdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { alice, bob, carol } from '../support/channel.js'
import { runCommand } from '../support/command.js'
import { type Drive, driveOf, withoutPushes } from '../support/drive.js'
import { type Part, signalPart } from '../support/parts.js'
import { removeFolder } from '../support/remove-folder.js'
import { newStackHome, type Stack, type StackHome, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

const parts: readonly Part[] = ['postgres', 'temporal', 'slack']

/** What is in the data folder: the kind of retention that bounds it, or why nothing has to. */
const folders: Readonly<Record<string, string>> = {
  jobs: 'jobs',
  dispatches: 'jobs',
  work: 'checkouts',
  checkouts: 'checkouts',
  git: 'mirrors',
  artifacts: 'artifacts',
  homes: 'one for each app',
  'user-homes': 'one for each app',
  postgres: 'the database, with a bound for each table',
  temporal: 'the server of npm start',
  slack: 'the workspace of the demo',
  demo: 'the repository and the environments of the demo',
}

describe('everything restarts while an approval waits', () => {
  let home: StackHome
  let stack: Stack
  let drive: Drive
  let version: string

  beforeAll(async () => {
    home = await newStackHome()
    await open()
  })
  afterAll(async () => {
    await stack?.close()
    if (home) await removeFolder(home.dataFolder)
  })

  async function open(): Promise<void> {
    stack = await startStack({ home, database: 'embedded', configure: withoutPushes })
    drive = driveOf(stack)
  }

  test('[O.1] [R.1] after everything was killed, a second start finds its data, and the approval still waits', async () => {
    version = await drive.cut('Waits for approval')
    await drive.reaches(version, 'integration', 'accepted')
    await drive.promote(version, 'staging')
    await drive.reaches(version, 'staging', 'awaiting_acceptance')
    await drive.accept(version)
    await drive.promote(version, 'production')
    await drive.shop.ask(bob, `approve shop ${version}-rc.1 production`, /Approved .*1 of 2/)
    await until('the approval to be written', async () =>
      (await drive.api.events(version)).some(({ kind }) => kind === 'deployment.approved'),
    )
    const before = await drive.api.release(version)
    await stack.kill('slipway')
    for (const part of parts) signalPart(home.dataFolder, part, 'SIGKILL')
    await stack.close()
    await open()
    const after = await drive.api.release(version)

    expect(after).toEqual(before)
    expect(after.deployments.at(-1)).toMatchObject({ environment: 'production', state: 'prepared' })
  })

  test('[U.2] the workspace has forgotten its messages: the card is there again, with its buttons', async () => {
    const button = await until('the card with its button', async () =>
      (await drive.shop.buttons(version)).find(({ label }) => /Approve/.test(label)),
    )

    expect(button.label).toBe('Approve for production')
  })

  test('[O.5] the approval of before counts, the missing one is given, and the release is finished', async () => {
    await drive.shop.press(carol, /^Approve/, version)
    await until('her approval', async () => {
      // A database that has just come back may be too slow: people are told so, and press again.
      if (await drive.shop.wasRefused(carol)) await drive.shop.press(carol, /^Approve/, version)
      const events = await drive.api.events(version)
      return events.filter(({ kind }) => kind === 'deployment.approved').length === 2
    })
    await drive.reaches(version, 'production', 'awaiting_acceptance')
    await drive.shop.press(alice, /^Accept/, version)
    await until('the release', async () => (await drive.api.release(version)).state === 'released')
    const { deployments, links } = await drive.api.release(version)
    const kinds = (await drive.api.events(version)).map(({ kind }) => kind)

    expect(deployments.map(({ environment }) => environment)).toEqual([
      'integration',
      'staging',
      'production',
    ])
    expect(links).toHaveLength(2)
    expect(kinds.filter((kind) => kind === 'deployment.approved')).toHaveLength(2)
  })

  test('[O.1] [O.5] ended politely and started again, it knows what runs where, and goes on', async () => {
    const before = await drive.api.environments()
    await stack.close()
    await open()
    const after = await drive.api.environments()
    const next = await drive.cut('The next one')
    await drive.reaches(next, 'integration', 'accepted')

    expect(after).toEqual(before)
    expect(next).not.toBe(version)
  })

  test('restore:check says what fits together before a start and what a person has to bring back, prune what is old', async () => {
    const variables = { ...stack.embedded.variables, ...stack.variables } as Record<string, string>
    const check = () => runCommand('compose/check-restore.ts', variables)
    await stack.kill('slipway')
    const whole = await check()
    const connection = await Connection.connect({ address: variables['TEMPORAL_ADDRESS'] ?? '' })
    await new Client({ connection }).workflow
      .getHandle('environment/shop/staging')
      .terminate('restored from yesterday')
    await connection.close()
    const old = await runCommand('compose/prune.ts', variables, ['--dry-run'])
    const older = await check()
    const artifacts = join(stack.dataFolder, 'artifacts', 'sha256')
    renameSync(artifacts, `${artifacts}-elsewhere`)
    const lost = await check()
    renameSync(`${artifacts}-elsewhere`, artifacts)

    expect(whole).toMatchObject({ code: 0, says: expect.stringMatching(/✓ The record.*fit/) })
    expect(whole.says).toMatch(/✓ Artifacts: (\d+) of \1 are there/)
    expect(whole.says).toMatch(/✓ Temporal: (\d+) of \1 workflows run/)
    expect(old).toMatchObject({ code: 0, says: expect.stringMatching(/orders +0 would go\n.*checkouts/s) })
    expect(older).toMatchObject({
      code: 0,
      says: expect.stringMatching(/begin again .*environment\/shop\/staging/),
    })
    expect(lost.code).toBe(1)
    expect(lost.says).toMatch(/✗ sha256:\w+ is missing; runs on shop production → restore SLIPWAY_ARTIFACTS/)
  })

  test('[D.8] every folder has a bound, and of what is old only what nothing needs would go', async () => {
    const variables = { ...stack.embedded.variables, ...stack.variables } as Record<string, string>
    const store = join(stack.dataFolder, 'artifacts', 'sha256')
    const hex = 'f'.repeat(64)
    mkdirSync(join(store, 'ff'), { recursive: true })
    writeFileSync(join(store, 'ff', `${hex}.tar`), 'of nobody')
    const mirrors = join(stack.dataFolder, 'git')
    const archives = readdirSync(store, { recursive: true, withFileTypes: true }).filter((one) =>
      one.isFile(),
    )
    const long = new Date(Date.now() - 400 * 86_400_000)
    for (const one of archives) utimesSync(join(one.parentPath, one.name), long, long)
    for (const one of readdirSync(mirrors)) utimesSync(join(mirrors, one), long, long)
    // Their builds ended as long ago.
    await sql`alter table builds disable trigger keep_successful_build`.execute(stack.database.db)
    await sql`update builds set finished_at = ${long.toISOString()}`.execute(stack.database.db)
    await sql`update artifacts set used_at = ${long.toISOString()}`.execute(stack.database.db)
    await sql`alter table builds enable trigger keep_successful_build`.execute(stack.database.db)
    const old = await runCommand('compose/prune.ts', variables, ['--dry-run'])

    expect(archives.length).toBeGreaterThanOrEqual(2)
    expect(old.says).toMatch(/artifacts +1 would go/)
    expect(old.says).toMatch(/mirrors +1 would go/)
    const there = readdirSync(stack.dataFolder, { withFileTypes: true }).filter((one) => one.isDirectory())
    expect(there.map(({ name }) => name).filter((name) => !(name in folders))).toEqual([])
    for (const bound of Object.values(folders).filter((one) => !one.includes(' ')))
      expect(old.says).toMatch(new RegExp(`^${bound} `, 'm'))
  })

  test('[D.8] without room on the disk a build waits and why and /readyz say so; with room it is made', async () => {
    await stack.start('slipway', 'all', { SLIPWAY_LEAST_FREE_GIB: '1000000' })
    const waiting = await drive.cut('Waits for room')
    const why = await drive.shop.learn(alice, `why shop ${waiting}`, /waits for room on a disk/)
    const ready = await (await fetch(`${stack.url}/readyz`)).json()
    await stack.processes.get('slipway')?.stop()
    await stack.start('slipway', 'all')
    await drive.reaches(waiting, 'integration', 'accepted')

    expect(why).toMatch(/GiB are free for/)
    expect(ready).toMatchObject({
      problems: [expect.stringMatching(/^Builds wait for room on .*GiB are free/)],
    })
  })
})
