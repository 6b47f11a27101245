import { readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiOf, demoEffects } from '../support/api.js'
import { alice, type Channel, channelOf, wholeText } from '../support/channel.js'
import { type Environments, environmentsOf } from '../support/environments.js'
import { type ForgeHome, forgeHome } from '../support/forge-home.js'
import { type GithubEmulator, hasGithubEmulator, startGithubEmulator } from '../support/github-emulator.js'
import { deliverPush } from '../support/push-webhook.js'
import { reconfigure } from '../support/reconfigure.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

const SECRET = 'a secret that only the forge knows'
const author = { name: 'Alice', email: 'alice@example.test' }

/** Previews in which a required setup is never run automatically, and whose drift is checked constantly. */
const strict = (yaml: string): string =>
  `pollEvery: never\ndigest: { cron: "* * * * *" }\n${yaml.replace('most: 3', 'most: 6').replace('- name: integration\n', '- name: integration\n        requireSetup: refuse\n        driftEvery: 4s\n')}`

/** A check that only reports what it sees: the judgement is Slipway's. */
const observe = `#!/bin/sh
set -eu
curl -fsS "$DEMO_HOST_URL/environments/$SLIPWAY_ENVIRONMENT/service/version" | sed 's/.*"commit":"\\([0-9a-f]*\\)".*/commit=\\1/' >> "$SLIPWAY_OUTPUT"
`

describe('setup, patch, drift and teardown of an environment', () => {
  let stack: Stack
  let shop: Channel
  let places: Environments
  let forge: ForgeHome
  let github: GithubEmulator | null = null
  let count = 0
  const begun = new Date()

  beforeAll(async () => {
    forge = forgeHome()
    github = hasGithubEmulator ? await startGithubEmulator() : null
    const signedIn: Record<string, string> = github
      ? { GITHUB_TOKEN: github.token, GITHUB_API_URL: github.url.replace('127.0.0.1', 'localhost') }
      : {}
    stack = await startStack({
      configure: (yaml) => forge.configure(strict(yaml)),
      processes: 'bot-and-worker',
      variables: {
        SLIPWAY_WEBHOOK_SECRET: SECRET,
        SLIPWAY_ARTIFACTS_SHARED: 'true',
        ...forge.variables,
        ...signedIn,
      },
    })
    shop = channelOf(stack.slack)
    places = environmentsOf(stack, apiOf(stack.url))
  })
  afterAll(async () => {
    await stack?.close()
    await github?.stop()
    forge?.remove()
  })

  const commit = (branch: string, files: Record<string, string> = {}): Promise<string> =>
    stack.embedded.demo.repository.commit({
      branch,
      author,
      message: `Change ${++count}`,
      files: { 'notes.txt': `${count}`, ...files },
    })
  const behaves = (behaviour: object): Record<string, string> => ({
    'deploy/behaviour.json': JSON.stringify(behaviour),
  })
  const deliver = (branch: string, after: string): Promise<void> =>
    deliverPush(stack, { secret: SECRET, address: forge.address }, { branch, after })
  /** A worker with a data folder of its own and the same artifacts: another host. */
  const startFar = (): Promise<void> =>
    stack.start('far', 'worker', {
      SLIPWAY_DATA: join(stack.dataFolder, 'far'),
      SLIPWAY_ARTIFACTS: join(stack.dataFolder, 'artifacts'),
    })
  test('[R.4] a host that is killed in the middle of a stage: its command goes on, and no other host starts it again', async () => {
    await commit('far', behaves({ setupSeconds: 20 }))
    await stack.processes.get('worker')?.stop()
    await startFar()
    const names = ['pr-far', 'pr-off']
    for (const name of names) await shop.ask(alice, `env create ${name} from far`, /preview of far/)
    for (const name of names)
      await until('the setup', async () => (await places.started(name)).includes('setup:started'))
    await stack.start('worker', 'worker')
    await stack.kill('far')
    for (const name of names) {
      await until('the end of the command', async () => (await places.effects(name)).includes('install'))
      expect((await apiOf(stack.url).environment(name)).state).toBe('setting_up')
      expect(await places.setups(name)).toEqual(['setup/1 setup:started', 'setup/1 install'])
    }
  })

  test('[S2.5] a setup that failed does not count: the next patch is refused', async () => {
    await commit('a', behaves({ setup: 'fail-once' }))
    await shop.ask(alice, 'env create pr-a from a', /preview of a/)
    await places.settles('pr-a', 'failed')

    expect(await shop.ask(alice, 'env patch pr-a', /did not/i)).toMatch(/never set up/)
  })

  test('[S2.11] rebuild takes a half-failed environment to ready, and twice in a row ends the same', async () => {
    await shop.ask(alice, 'env rebuild pr-a', /set up again/)
    await places.settles('pr-a', 'ready')
    const once = await places.status('pr-a')
    await shop.ask(alice, 'env rebuild pr-a', /set up again/)
    await until(
      'a third setup',
      async () => (await places.started('pr-a')).filter((one) => one.startsWith('setup')).length === 3,
    )
    await places.settles('pr-a', 'ready')

    expect(await places.status('pr-a')).toEqual(once)
  })

  test('[S2.13] [S2.6] a push to its branch patches it without any setup, a push to another does not', async () => {
    const before = await places.started('pr-a')
    const other = await commit('elsewhere')
    await deliver('elsewhere', other)
    const pushed = await commit('a')
    await deliver('a', pushed)
    await places.runs('pr-a', pushed)
    await places.settles('pr-a', 'ready')
    const since = (await places.started('pr-a'))
      .slice(before.length)
      .filter((one) => !one.startsWith('check'))

    expect(since).toEqual(['patch:started'])
  })

  test('[S2.14] patch by hand, typed and by the button of the environment’s view, does the same', async () => {
    const before = (await places.started('pr-a')).filter((one) => one === 'patch:started').length
    const typed = await commit('a')
    await shop.ask(alice, 'env patch pr-a', /newest build of a/)
    await places.runs('pr-a', typed)
    await places.settles('pr-a', 'ready')
    const pressed = await commit('a')
    await shop.command(alice, 'env show pr-a')
    const view = await shop.answer(alice, /template v1 applied/)
    await places.press(alice, view, 'Patch')
    await places.runs('pr-a', pressed)
    await places.settles('pr-a', 'ready')

    expect((await places.started('pr-a')).filter((one) => one === 'patch:started')).toHaveLength(before + 2)
  })

  test('[S2.18] [S2.16] teardown runs as it was captured at setup, not as configured since', async () => {
    await reconfigure(stack, (yaml) => yaml.replaceAll('run: deploy/teardown.sh', 'run: deploy/another.sh'))
    await shop.ask(alice, 'env teardown pr-a --yes', /torn down/)
    await places.settles('pr-a', 'absent')

    expect(await places.onHost('pr-a')).toBe(false)
    expect((await places.started('pr-a')).at(-1)).toBe('teardown:started')
    await reconfigure(stack, (yaml) => yaml.replaceAll('run: deploy/another.sh', 'run: deploy/teardown.sh'))
  })

  test('[S2.17] a failed teardown stays visible with Retry; what is gone already counts as done', async () => {
    await commit('b', behaves({ teardown: 'fail-once' }))
    await shop.ask(alice, 'env create pr-b from b', /preview of b/)
    await places.settles('pr-b', 'ready')
    await shop.ask(alice, 'env teardown pr-b --yes', /torn down/)
    const failed = await places.settles('pr-b', 'teardown_failed')
    const notice = await places.notice(/\*shop pr-b\* The teardown of pr-b failed/)
    await places.removeOnHost('pr-b')
    await places.press(alice, notice, 'Retry')
    await places.settles('pr-b', 'absent')

    expect(failed.current).not.toBeNull()
    expect((await places.started('pr-b')).filter((one) => one === 'teardown:started')).toHaveLength(2)
  })

  test('[S2.21] [R.1] a worker killed in the middle of a setup and of a teardown starts neither command twice', async () => {
    await commit('c', behaves({ setupSeconds: 4, teardownSeconds: 4 }))
    await shop.ask(alice, 'env create pr-c from c', /preview of c/)
    await until('the setup', async () => (await places.started('pr-c')).includes('setup:started'))
    await stack.kill('worker')
    await stack.start('worker', 'worker')
    await places.settles('pr-c', 'ready')
    await shop.ask(alice, 'env teardown pr-c --yes', /torn down/)
    await until('the teardown', async () => (await places.started('pr-c')).includes('teardown:started'))
    await stack.kill('worker')
    await stack.start('worker', 'worker')
    await places.settles('pr-c', 'absent')
    const all = (await demoEffects(stack.embedded.demo.hostUrl)).filter(
      ({ environment }) => environment === 'pr-c',
    )
    const done = all.map(({ key, action }) => `${key} ${action}`)

    expect(all.filter(({ action }) => action === 'setup:started')).toHaveLength(1)
    expect(all.filter(({ action }) => action === 'teardown:started')).toHaveLength(1)
    expect(new Set(done).size).toBe(done.length)
    expect(all.filter(({ action }) => /^(setup|install|remove)$/.test(action))).toHaveLength(3)
    expect(await places.onHost('pr-c')).toBe(false)
  })

  const versions = async (name: string): Promise<string> => {
    await shop.command(alice, `env show ${name}`)
    return /template v.*/.exec(wholeText(await shop.answer(alice, /template v/)))?.[0] ?? ''
  }
  test('[S2.7] [S2.10] a changed template is a new version: all that had the older need a setup, and nothing that runs changes before it', async () => {
    const first = await commit('t', { 'deploy/smoke.sh': observe })
    for (const name of ['pr-t', 'pr-u']) await shop.ask(alice, `env create ${name} from t`, /preview of t/)
    for (const name of ['pr-t', 'pr-u']) await places.settles(name, 'ready')
    const template = 'memoryMegabytes: 64\ncurrency: USD\n'
    const second = await commit('t', { 'deploy/app.yaml': template })
    await deliver('t', second)
    for (const name of ['pr-t', 'pr-u']) await places.wantsSetup(name, true)
    const saved = [await versions('pr-t'), await versions('pr-u'), await places.served('pr-t')]
    await shop.ask(alice, 'env rebuild pr-t', /set up again/)
    await places.wantsSetup('pr-t', false)
    await places.settles('pr-t', 'ready')

    expect(saved).toEqual([
      'template v2 (v1 applied) · variables v1 applied',
      'template v2 (v1 applied) · variables v1 applied',
      { commit: first, currency: 'EUR' },
    ])
    expect(await versions('pr-t')).toBe('template v2 applied · variables v1 applied')
    expect(await places.served('pr-t')).toEqual({ commit: second, currency: 'USD' })
    expect(await places.served('pr-u')).toEqual({ commit: first, currency: 'EUR' })
  })

  test('[S2.8] [S2.10] changed variables are another version of their own; a setup applies them and clears the flag', async () => {
    const before = (await places.started('pr-t')).filter((one) => !one.startsWith('check'))
    await reconfigure(stack, (yaml) =>
      yaml.replaceAll('variables: { DEMO', 'variables: { LOG_LEVEL: debug, DEMO'),
    )
    await expect.poll(() => versions('pr-t')).toBe('template v2 applied · variables v2 (v1 applied)')
    // That one wanted a setup already, so only its versions tell that it has heard.
    await expect.poll(() => versions('pr-u')).toBe('template v2 (v1 applied) · variables v2 (v1 applied)')
    await places.wantsSetup('pr-t', true)
    const untouched = (await places.started('pr-t')).filter((one) => !one.startsWith('check'))
    await shop.ask(alice, 'env rebuild pr-t', /set up again/)
    await places.wantsSetup('pr-t', false)

    expect(untouched).toEqual(before)
    expect(await versions('pr-t')).toBe('template v2 applied · variables v2 applied')
  })

  const byHand = sql`update environments set state = 'teardown_failed', setup_required = false where name = 'pr-c'`
  test('[S2.12] what runs is not what was recorded: out of sync, and Rebuild mends it', async () => {
    await places.settles('pr-t', 'ready')
    const recorded = await places.served('pr-t')
    const other = await places.served('pr-u')
    const folder = realpathSync(join(stack.dataFolder, 'demo/host/environments/pr-u/current'))
    await fetch(`${stack.embedded.demo.hostUrl}/environments/pr-t/release`, {
      method: 'PUT',
      body: JSON.stringify({ key: 'by-hand', commit: other.commit, folder }),
    })
    await places.settles('pr-t', 'out_of_sync')
    const notice = await places.notice(new RegExp(`should run .?${recorded.commit.slice(0, 12)}`))
    await places.press(alice, notice, 'Rebuild')
    await places.settles('pr-t', 'ready')

    expect(wholeText(notice)).toContain(`but it runs \`${other.commit.slice(0, 12)}\``)
    expect((await places.served('pr-t')).commit).toBe(recorded.commit)
    // Repaired within a minute: the last test looks.
    await byHand.execute(stack.database.db)
    expect((await apiOf(stack.url).environment('pr-c')).state).toBe('teardown_failed')
  })

  test.skipIf(!hasGithubEmulator)(
    '[S2.15] a preview of a pull request follows its branch; when it is closed people may keep it',
    async () => {
      const emulator = github as GithubEmulator
      const head = await commit('feature-pr')
      const number = await emulator.openPullRequest('feature-pr')
      const unknown = await shop.ask(alice, 'env create pr-99 from #4711', /did not/i)
      await shop.ask(alice, `env create pr-17 from #${number}`, /preview of feature-pr, pull request #/)
      const ready = await places.settles('pr-17', 'ready')
      await emulator.tellOfPullRequests(`${stack.url}/webhooks/github`, SECRET)
      await emulator.closePullRequest(number)
      const notice = await places.notice(new RegExp(`pr-17 .*pull request #\u200b?${number} was closed`))
      await places.press(alice, notice, 'Keep')
      await until('the answer', async () => (await places.expiry('pr-17')) > String(ready.expiresAt))

      expect(unknown).toMatch(/no such pull request/)
      expect(ready.current?.commit).toBe(head)
      expect(places.buttonsOf(notice)).toEqual(['Keep', 'Tear down now'])
      expect((await apiOf(stack.url).environment('pr-17')).state).toBe('ready')
    },
  )

  test('[R.4] after two silent minutes people choose: wait for the host, or run it on another one', async () => {
    for (const name of ['pr-far', 'pr-off']) {
      await places.settles(name, 'failed')
      expect(await places.setups(name)).toEqual(['setup/1 setup:started', 'setup/1 install'])
    }
    const show = async (name: string) => {
      await shop.command(alice, `env show ${name}`)
      return shop.answer(alice, new RegExp(`${name}[\\s\\S]*host lost`))
    }
    const off = await show('pr-off')
    await places.press(alice, off, 'Run on another host')
    await places.settles('pr-off', 'ready')
    const far = await show('pr-far')
    await startFar()
    await places.press(alice, far, 'Wait')
    await places.settles('pr-far', 'ready')

    expect(places.buttonsOf(off).slice(0, 2)).toEqual(['Wait', 'Run on another host'])
    expect(await places.setups('pr-far')).toEqual(['setup/1 setup:started', 'setup/1 install'])
    expect(await places.setups('pr-off')).toEqual([
      'setup/1 setup:started',
      'setup/1 install',
      'setup/2 setup:started',
      'setup/2 install',
    ])
  })

  test('[U.9] the digest lists what waits for somebody, once per channel and day, however often its time comes', async () => {
    const digest = await until('the digest', async () =>
      (await shop.all()).find((message) => /environments? needs? a look/.test(wholeText(message))),
    )
    const days = new Set([begun, new Date()].map((at) => at.toISOString().slice(0, 10)))
    await until('a second time', async () => Date.now() - begun.getTime() > 130_000)
    const all = (await shop.all()).filter((message) => /environments? needs? a look/.test(wholeText(message)))

    expect(wholeText(digest)).toMatch(/shop pr-/)
    expect(all.length).toBeLessThanOrEqual(days.size)
  })

  test('[R.10] a record that was changed by hand is reported and repaired', async () => {
    const line = await until('the line of the log', async () => {
      const log = readFileSync(join(stack.dataFolder, 'bot.log'), 'utf8')
      const found = /^.*"environment":"pr-c".*record and the workflow differ.*$/m.exec(log)?.[0]
      // An environment that is told of a new configuration rewrites its record too, without a repair.
      if (found === undefined) await byHand.execute(stack.database.db)
      return found
    })
    await places.settles('pr-c', 'absent')

    expect(line).toContain('teardown_failed')
  })
})
