import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { alice, wholeText } from '../support/channel.js'
import { type Drive, driveOf, withoutPushes } from '../support/drive.js'
import { reconfigure } from '../support/reconfigure.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

const BUILDS = 'what only a build may see'
const DEPLOYS = 'what only a deployment may see'

/** Each part asks for a secret of its own. */
const configure = (yaml: string): string =>
  withoutPushes(yaml)
    .replace('build: {', 'build: { secrets: [PACKAGE_TOKEN],')
    .replaceAll('        setup: {', '        secrets: [CLOUD_TOKEN]\n        setup: {')

describe('workers for builds or deployments alone', () => {
  let stack: Stack
  let drive: Drive

  beforeAll(async () => {
    stack = await startStack({
      processes: 'none',
      configure,
      variables: { SLIPWAY_ARTIFACTS_SHARED: 'true' },
    })
    drive = driveOf(stack)
    await stack.start('bot', 'bot', { PACKAGE_TOKEN: BUILDS, CLOUD_TOKEN: DEPLOYS })
  })
  afterAll(async () => stack?.close())

  /** A machine of its own, with the same artifacts. */
  const worker = (name: string, variables: Record<string, string>): Promise<void> =>
    stack.start(name, 'worker', {
      SLIPWAY_DATA: join(stack.dataFolder, name),
      SLIPWAY_ARTIFACTS: join(stack.dataFolder, 'artifacts'),
      ...variables,
    })

  test('[S5.17] [S5.14] a build worker builds without the secrets of any deployment, and deploys nothing', async () => {
    await worker('builder', { SLIPWAY_STAGES: '0', PACKAGE_TOKEN: BUILDS })
    const version = await drive.cut('Built')
    await until('the build', async () => (await drive.api.release(version)).candidates[0]?.state === 'ready')
    await until('its attempt', () => drive.reaches(version, 'integration', 'running'))
    const stages = await stack.database.db.selectFrom('stage_runs').select('stage').execute()

    expect(stages.map(({ stage }) => stage)).toEqual(['build'])
  })

  test('[S5.17] a deployment worker goes on with it without the secrets of builds, and builds nothing', async () => {
    await stack.processes.get('builder')?.stop()
    await worker('deployer', { SLIPWAY_BUILDS: '0', CLOUD_TOKEN: DEPLOYS })
    const [built] = await drive.api.releases()
    await drive.reaches(built?.version ?? '', 'integration', 'accepted')
    await drive.commit({ of: 'apart' })
    const next = await drive.cut('Waits for a builder')
    const state = (await drive.api.release(next)).candidates[0]?.state
    await worker('builder', { SLIPWAY_STAGES: '0', PACKAGE_TOKEN: BUILDS })
    await drive.reaches(next, 'integration', 'accepted')

    expect(state).toBe('building')
    const builds = await stack.database.db.selectFrom('builds').select('state').execute()
    expect(builds.map((one) => one.state)).toEqual(['succeeded', 'succeeded'])
  })

  test('[S5.17] a worker without a secret of its own part does not start', async () => {
    await Promise.allSettled([worker('poor', { SLIPWAY_BUILDS: '0', PACKAGE_TOKEN: BUILDS })])
    const poor = stack.processes.get('poor')
    await poor?.ended

    expect(poor?.tail()).toMatch(/CLOUD_TOKEN is not set/)
    expect(poor?.tail()).not.toContain('PACKAGE_TOKEN')
  })

  test('[T.1] [D.5] what runs on a label waits for its worker, says so, and goes to no other', async () => {
    await reconfigure(stack, (yaml) => yaml.replace('    build: {', '    runsOn: bank\n    build: {'))
    await drive.commit({ of: 'the bank' })
    const version = await drive.cut('Runs on its own')
    const why = await drive.shop.learn(alice, `why shop ${version}-rc.1`, /waits for a worker/)
    const card = await drive.shop.cardSays(
      /waits for a worker with the label `bank`; none lives, since/,
      version,
    )
    const { problems } = JSON.parse(await drive.api.text('/readyz')) as { problems: readonly string[] }
    await worker('banker', { SLIPWAY_RUNS_ON: 'bank', PACKAGE_TOKEN: BUILDS, CLOUD_TOKEN: DEPLOYS })
    await drive.reaches(version, 'integration', 'accepted')

    expect(why).toMatch(
      /Its build waits for a worker with the label `bank`; none lives.*Since.*SLIPWAY_RUNS_ON=bank/s,
    )
    expect(wholeText(card)).toContain('waiting for a worker to build it')
    expect(problems).toContainEqual(
      expect.stringMatching(/No worker does the builds and stages with runsOn: bank/),
    )
    const workers = await stack.database.db.selectFrom('workers').select(['host', 'runs_on']).execute()
    const { host } = workers.find(({ runs_on: labels }) => labels.includes('bank')) ?? {}
    const built = await stack.database.db.selectFrom('builds').select('host').orderBy('started_at').execute()
    expect(built.at(-1)?.host).toBe(host)
    expect(stack.log()).toMatch(/No worker does the builds and stages with runsOn: bank/)
    expect(await drive.shop.learn(alice, `why shop ${version}-rc.1`, /promote/)).not.toMatch(/waits for/)
  })
})
