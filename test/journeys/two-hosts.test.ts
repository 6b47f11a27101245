/** Workers as companies run them: on machines of their own, which share a bucket and a git remote and nothing else. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { alice, bob, carol } from '../support/channel.js'
import { type Drive, driveOf, withoutPushes } from '../support/drive.js'
import { isLongRun } from '../support/extent.js'
import { type GitServer, startGitServer } from '../support/git-server.js'
import { hasNetworkHosts, type NetworkHost, startNetworkHost } from '../support/network-host.js'
import { BUCKET, type ObjectStore, startObjectStore } from '../support/object-store.js'
import { removeFolder } from '../support/remove-folder.js'
import { newStackHome, type Stack, type StackHome, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

describe.skipIf(!isLongRun || !hasNetworkHosts)('two hosts that share nothing', () => {
  const names = ['one', 'two'] as const
  const hosts = new Map<string, NetworkHost>()
  let home: StackHome
  let objects: ObjectStore
  let git: GitServer
  let stack: Stack
  let drive: Drive

  beforeAll(async () => {
    home = await newStackHome()
    objects = await startObjectStore()
    git = await startGitServer(join(home.dataFolder, 'demo'))
    stack = await startStack({
      home,
      processes: 'none',
      variables: { ...git.variables, ...objects.variables, SLIPWAY_ARTIFACTS: `s3://${BUCKET}/hosts` },
      configure: (yaml) =>
        withoutPushes(yaml).replace(/repository: ".+"/, `repository: ${git.address('shop.git')}`),
    })
    drive = driveOf(stack)
    const reached = [
      stack.databaseUrl,
      `http://${stack.variables['TEMPORAL_ADDRESS']}`,
      stack.embedded.demo.hostUrl,
      git.address(''),
      objects.endpoint,
    ].map((address) => Number(new URL(address).port))
    await stack.start('bot', 'bot')
    for (const name of names) {
      const host = await startNetworkHost(reached)
      hosts.set(name, host)
      const own = { SLIPWAY_DATA: join(home.dataFolder, name) }
      await stack.start(name, 'worker', own, { node: host.node })
    }
  })
  afterAll(async () => {
    await stack?.close()
    for (const host of hosts.values()) await host.stop()
    git?.close()
    await objects?.stop()
    if (home) await removeFolder(home.dataFolder)
  })

  /** The host on which a stage of this deployment was started. */
  const hostOf = (deployment: string): (typeof names)[number] => {
    const found = names.find((name) =>
      readdirSync(join(home.dataFolder, name, 'jobs'), { recursive: true, encoding: 'utf8' }).some((path) =>
        path.includes(deployment),
      ),
    )
    if (!found) throw new Error(`no host has a job of ${deployment}`)
    return found
  }

  test('[C.3] [R.4] carry ten releases, though one of them is lost in the middle', async () => {
    const versions: string[] = []
    const commits: string[] = []
    const cut = async (behaviour: object): Promise<void> => {
      commits.push(await drive.commit(behaviour, { 'number.txt': `${commits.length}` }))
      versions.push(await drive.cut(`Number ${commits.length}`))
    }
    for (let number = 0; number < 4; number++) await cut({})
    await cut({ patchSeconds: 10 })
    const [middle = '', busy = ''] = [commits[4], versions[4]]
    await drive.sees(middle, 'integration', 'patch:started')
    const { id } = await drive.reaches(busy, 'integration', 'running')
    hosts.get(hostOf(id))?.unplug()
    for (let number = 5; number < 10; number++) await cut({})

    await drive.reaches(busy, 'integration', 'failed')
    await drive.shop.press(alice, /^Run integration on another host/, busy)
    for (const version of versions) {
      await drive.reaches(version, 'integration', 'accepted')
      await drive.promote(version, 'staging')
      await drive.reaches(version, 'staging', 'awaiting_acceptance')
      await drive.accept(version)
      await drive.promote(version, 'production')
      for (const user of [bob, carol])
        await drive.shop.ask(user, `approve shop ${version}-rc.1 production`, /pproved/)
      await drive.reaches(version, 'production', 'awaiting_acceptance')
      await drive.shop.ask(alice, `accept shop ${version}-rc.1 production`, /Accepted/)
      await until('the release', async () => (await drive.api.release(version)).state === 'released')
    }

    const done = await Promise.all(commits.map((commit) => drive.done(commit)))
    for (const effects of done) expect(new Set(effects).size).toBe(effects.length)
    const builds = await stack.database.db.selectFrom('builds').select('state').execute()
    expect(builds).toEqual(commits.map(() => ({ state: 'succeeded' })))
    expect(await drive.done(middle, 'integration')).toContain(`${id}/patch/2 install`)
  })
})
