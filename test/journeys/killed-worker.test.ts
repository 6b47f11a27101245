import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Drive, driveOf, withoutPushes } from '../support/drive.js'
import { newOpenedFolder, openedTo } from '../support/opened-folder.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

describe('a worker that ends in the middle', () => {
  let stack: Stack
  let drive: Drive
  const opened = newOpenedFolder()

  beforeAll(async () => {
    const configure = (yaml: string): string => openedTo(opened, withoutPushes(yaml))
    stack = await startStack({ processes: 'bot-and-worker', configure })
    drive = driveOf(stack)
    await drive.reaches(await drive.cut('The first one'), 'integration', 'accepted')
  })
  afterAll(async () => {
    await stack?.close()
    rmSync(opened, { recursive: true })
  })

  const restart = (): Promise<void> => stack.start('worker', 'worker')

  test('[R.1] [S2.21] killed during a patch and started again at once, it watches the running command', async () => {
    const commit = await drive.commit({ patchSeconds: 5 })
    const version = await drive.cut('Killed during the patch')
    await drive.sees(commit, 'integration', 'patch:started')
    await stack.kill('worker')
    await restart()
    const { id } = await drive.reaches(version, 'integration', 'accepted')

    expect(await drive.done(commit)).toEqual([
      `${id}/patch/1 patch:started`,
      `${id}/patch/1 install`,
      `${id}/check/1 check:started`,
    ])
  })

  test('[R.1] [S2.21] what a command did while no worker lived counts, and is not done again', async () => {
    const commit = await drive.commit({ patchSeconds: 4 })
    const version = await drive.cut('Finished alone')
    await drive.sees(commit, 'integration', 'patch:started')
    await stack.kill('worker')
    await drive.sees(commit, 'integration', 'install')
    const meanwhile = await drive.deployment(version, 'integration')
    await restart()
    const { id } = await drive.reaches(version, 'integration', 'accepted')

    expect(meanwhile?.state).toBe('running')
    expect(await drive.done(commit)).toEqual([
      `${id}/patch/1 patch:started`,
      `${id}/patch/1 install`,
      `${id}/check/1 check:started`,
    ])
  })

  test('[R.1] [S5.11] killed during the build, the one build is watched to its end', async () => {
    const journal = join(opened, 'builds.txt')
    const slow = `import { appendFileSync } from 'node:fs'
appendFileSync(${JSON.stringify(journal)}, 'built\\n')
setTimeout(() => undefined, 4000)
`
    const manifest = { name: 'shop', type: 'module', scripts: { build: 'node slow.mjs && node build.mjs' } }
    const commit = await drive.commit({}, { 'slow.mjs': slow, 'package.json': JSON.stringify(manifest) })
    const version = await drive.cut('Killed during the build')
    await until('the build', async () => existsSync(journal))
    await stack.kill('worker')
    await restart()
    await drive.reaches(version, 'integration', 'accepted')
    const builds = await stack.database.db
      .selectFrom('builds')
      .selectAll()
      .where('commit', '=', commit as never)
      .execute()

    expect(readFileSync(journal, 'utf8')).toBe('built\n')
    expect(builds).toMatchObject([{ run: 1, state: 'succeeded' }])
  })

  test('[R.1] killed between the stages, and again and again, each effect is there once', async () => {
    const commit = await drive.commit({ patchSeconds: 1, checkSeconds: 1 })
    const version = await drive.cut('Killed again and again')
    for (const action of ['install', 'check:started']) {
      await drive.sees(commit, 'integration', action)
      await stack.kill('worker')
      await restart()
    }
    await drive.reaches(version, 'integration', 'accepted')
    await drive.promote(version, 'staging')
    const { id } = await drive.reaches(version, 'staging', 'running')
    await stack.kill('worker')
    await restart()
    await drive.reaches(version, 'staging', 'awaiting_acceptance')
    const done = await drive.done(commit)
    const release = await drive.api.release(version)

    expect(new Set(done).size).toBe(done.length)
    expect(done.filter((line) => line.startsWith(id) && / (install|setup:started)$/.test(line))).toHaveLength(
      2,
    )
    expect(release.deployments.map(({ environment }) => environment)).toEqual(['integration', 'staging'])
    expect(release.links).toHaveLength(1)
  })

  test('[O.5] stopped with SIGTERM during a stage it ends soon, the command goes on and is watched again', async () => {
    const commit = await drive.commit({ patchSeconds: 15 })
    const version = await drive.cut('Stopped gracefully')
    await drive.sees(commit, 'integration', 'patch:started')
    await stack.processes.get('worker')?.stop()
    const whenStopped = await drive.done(commit)
    await drive.sees(commit, 'integration', 'install')
    await restart()
    const { id } = await drive.reaches(version, 'integration', 'accepted')

    expect(whenStopped).toEqual([`${id}/patch/1 patch:started`])
    expect(await drive.done(commit)).toEqual([
      `${id}/patch/1 patch:started`,
      `${id}/patch/1 install`,
      `${id}/check/1 check:started`,
    ])
  })
})
