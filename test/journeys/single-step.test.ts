import { createHmac } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Metrics } from '../../domain/metrics.js'
import { git } from '../../local/git-commits.js'
import { type Api, apiOf } from '../support/api.js'
import { alice, channelOf } from '../support/channel.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

const SECRET = 'a secret that only the forge knows'
const bob = { name: 'Bob', email: 'bob@example.com' }

describe('single-step mode: every good commit of trunk goes to production automatically', () => {
  let stack: Stack
  let api: Api
  let tools: Api
  let count = 0

  /** All environments continuous, staging rolls back automatically, and `cut: automatic`; and a second app that has no environment at all. */
  const automatic = (yaml: string): string => {
    const repository = /repository: (".*")/.exec(yaml)?.[1] ?? ''
    return `pollEvery: 1s
${yaml
  .replace('version: calendar', 'version: calendar\n    cut: automatic')
  .replace('accept: { from: [qa] }', 'mode: continuous\n        rollbackOnFailedCheck: true')
  .replace(/approve: .*/, 'mode: continuous')}
  tools:
    repository: ${repository}
    trunk: tools
    channel: C01GENERAL
    version: semver
    tag: "tools-v{version}"
    cut: automatic
    permissions: { cut: [releasers] }
    build: { run: npm run build, artifacts: [dist], timeout: 5m }
`
  }

  beforeAll(async () => {
    stack = await startStack({ configure: automatic, variables: { SLIPWAY_WEBHOOK_SECRET: SECRET } })
    api = apiOf(stack.url)
    tools = apiOf(stack.url, 'tools')
    await noted('main')
  })
  afterAll(async () => stack?.close())

  const commit = (message: string, files: Readonly<Record<string, string | null>> = {}, branch = 'main') =>
    stack.embedded.demo.repository.commit({
      files: { 'notes.txt': `${count++}\n`, ...files },
      message,
      author: bob,
      branch,
    })
  /** The first look has been taken: what comes now is a push. */
  const noted = (branch: string) =>
    until(`the first look at ${branch}`, async () => {
      const seen = await stack.database.db
        .selectFrom('audit')
        .select('facts')
        .where('kind', '=', 'push.noted')
        .execute()
      return seen.some(({ facts }) => 'branch' in facts && facts.branch === branch)
    })
  /** As a forge would, signed. */
  async function say(branch: string, head: string): Promise<void> {
    const body = JSON.stringify({ ref: `refs/heads/${branch}`, after: head })
    const signature = createHmac('sha256', SECRET).update(body).digest('hex')
    const headers = { 'x-slipway-signature': `sha256=${signature}` }
    const answer = await fetch(`${stack.url}/webhooks/git`, { method: 'POST', headers, body })
    expect(answer.status).toBe(202)
  }
  const releaseOf = (from: Api, sha: string) =>
    until(`a release of ${sha}`, async () =>
      (await from.releases()).find((release) => release.candidates.some((one) => one.commit === sha)),
    )

  test('[S5.15] [S4.11] a push is cut, built and deployed to the top by itself, and recorded as a release', async () => {
    const sha = await commit('Sell umbrellas')
    const { version } = await releaseOf(api, sha)
    const release = await until('the release', async () => {
      const found = await api.release(version)
      return found.state === 'released' ? found : null
    })
    const kinds = (await api.events(version)).map((event) => event.kind)

    expect(release).toMatchObject({ title: 'Sell umbrellas', candidates: [{ commit: sha, state: 'ready' }] })
    expect(release.links.map(({ from, to }) => [from, to])).toEqual([
      ['integration', 'staging'],
      ['staging', 'production'],
    ])
    expect((await api.environments()).map(({ current }) => [current?.commit, current?.acceptedBy])).toEqual(
      ['integration', 'staging', 'production'].map(() => [sha, 'slipway']),
    )
    expect(kinds).toContain('release.released')
    expect(await until('the tag', () => stack.embedded.demo.repository.tag(`v${version}`))).toBe(sha)
    const builds = await stack.database.db
      .selectFrom('builds')
      .selectAll()
      .where('app', '=', 'shop' as never)
      .execute()
    expect(builds).toMatchObject([{ commit: sha, run: 1 }])
  })

  test('[S5.15] [U.16] a red commit becomes no release, a candidate that fails goes no further, and pushes make no card of their own', async () => {
    await commit('Break it', { 'deploy/behaviour.json': '{"build":"fail"}' })
    const bad = await commit('Fail in staging', { 'deploy/behaviour.json': '{"staging":{"check":"fail"}}' })
    const { version } = await releaseOf(api, bad)
    const failed = await until('the failure in staging', async () => {
      const found = (await api.events(version)).find(({ kind }) => kind === 'deployment.failed')
      return found?.environment === 'staging' ? found : null
    })

    expect(failed.says).toMatch(`${version}-rc.1 failed in staging`)
    expect((await api.release(version)).deployments.map((one) => one.environment)).toEqual([
      'integration',
      'staging',
    ])
    expect((await api.releases()).map(({ title }) => title)).not.toContain('Break it')
    const shop = channelOf(stack.slack)
    await shop.card(version)
    expect(JSON.stringify(await shop.all())).not.toContain('rel:shop:env-')
  })

  test('[S5.13] an automatic rollback holds the lane: the next good commit waits until somebody lifts the hold', async () => {
    const shop = channelOf(stack.slack)
    const before = await api.environment('production')
    await until('the rollback', async () => {
      const { current, hold } = await api.environment('staging')
      return current?.commit === before.current?.commit && hold !== null
    })
    const good = await commit('Work again', { 'deploy/behaviour.json': null })
    const { version } = await releaseOf(api, good)
    const staging = async () =>
      (await api.release(version)).deployments.find((one) => one.environment === 'staging')?.state
    await until('the held deployment', async () => (await staging()) === 'queued')
    const why = await shop.learn(alice, `why ${version}`, /staging is paused/)

    expect((await api.environment('staging')).hold).toMatchObject({ by: 'slipway' })
    expect(why).toMatch(
      /staging is paused for automation by Slipway: rolled back to .* without being asked, since the check/,
    )
    expect(why).toMatch(/Since/)
    expect(await staging()).toBe('queued')
    await shop.ask(alice, 'resume staging', /goes on/)
    await until('the release', async () => (await api.release(version)).state === 'released')
    expect((await api.environment('production')).current?.commit).toBe(good)
  })

  test('[S4.11] an app without environments stops after the build', async () => {
    const { repository } = stack.embedded.demo
    const sha = await commit('A tool', { 'deploy/behaviour.json': null }, 'tools')
    const { version } = await releaseOf(tools, sha)
    const release = await until('the build', async () => {
      const found = await tools.release(version)
      return found.candidates[0]?.state === 'ready' ? found : null
    })

    expect(release.deployments).toEqual([])
    expect(await until('its tag', () => repository.tag(`tools-v${version}-rc.1`))).toBe(sha)
  })

  test('[S5.15] told out of order, twice and by two ways, each commit of trunk is cut once, in its order', async () => {
    const before = (await tools.releases()).length
    const line: string[] = []
    for (const title of ['First', 'Second', 'Third']) line.push(await commit(title, {}, 'tools'))
    const [one = '', two = '', three = ''] = line
    for (const after of [three, one, three, two, one]) await say('tools', after)
    await releaseOf(tools, three)
    await say('tools', two)
    const again = await commit('Fourth', {}, 'tools')
    await releaseOf(tools, again)
    const cut = (await tools.releases()).toSorted((x, y) => x.version.localeCompare(y.version))

    expect(cut.slice(before).map(({ candidates }) => candidates[0]?.commit)).toEqual([one, two, three, again])
  })

  test('[S5.15] a trunk that was forced back on purpose is cut as it is now', async () => {
    const path = stack.embedded.demo.repository.path
    const back = await git(path, ['rev-parse', 'tools~2'])
    const before = (await tools.releases()).length
    await git(path, ['update-ref', 'refs/heads/tools', back])
    await until('one more release', async () => (await tools.releases()).length > before)
    const cut = (await tools.releases()).filter(({ candidates }) => candidates[0]?.commit === back)

    expect(cut).toHaveLength(2)
  })

  test('the four figures are shown with their definitions, drawn, and the same as JSON', async () => {
    const shop = channelOf(stack.slack)
    const answer = await shop.learn(alice, 'metrics shop --since 90d', /Deployment frequency/)
    const metrics = JSON.parse(await api.text('/api/v1/apps/shop/metrics?since=90d')) as Metrics
    const uploaded = await until('the picture', async () =>
      (await stack.slack.log()).some(({ summary }) => /upload .*shop-metrics\.png/.test(summary)),
    )

    expect(answer).toMatch(/Lead time for changes.*Change failure rate.*Time to restore/s)
    expect(uploaded).toBe(true)
    expect(metrics).toMatchObject({
      measuredIn: ['production'],
      deploymentFrequency: { count: 2 },
      changeFailureRate: 0,
      environments: [
        { environment: 'integration', failed: 0 },
        { environment: 'staging', failed: 1 },
        { environment: 'production', deployments: 2 },
      ],
    })
    expect(metrics.leadTime.medianMs).toBeGreaterThan(0)
    expect(await api.text('/api/v1/apps/shop/metrics?since=soon')).toContain('invalid-query')
  })

  test('[S5.15] switching the mode needs no migration: pushes go to integration alone, releases stay', async () => {
    const before = await api.releases()
    const file = join(stack.dataFolder, 'slipway.yaml')
    await stack.processes.get('slipway')?.stop()
    writeFileSync(file, readFileSync(file, 'utf8').replace('    cut: automatic\n', ''))
    await stack.start('slipway', 'all')
    const sha = await commit('By hand again', { 'deploy/behaviour.json': null })
    const current = await until('integration', async () => {
      const { current: runs } = await api.environment('integration')
      return runs?.commit === sha ? runs : null
    })

    expect(current).toMatchObject({ version: null, candidate: null })
    expect((await api.releases()).map(({ version }) => version)).toEqual(before.map(({ version }) => version))
    expect((await api.environment('production')).current?.commit).not.toBe(sha)
  })
})
