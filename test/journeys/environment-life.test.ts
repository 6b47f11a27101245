import { createHmac, randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiOf } from '../support/api.js'
import { alice, type Channel, channelOf, until } from '../support/channel.js'
import { type Environments, environmentsOf } from '../support/environments.js'
import { type Stack, startStack } from '../support/stack.js'

const SECRET = 'a secret that only the forge knows'
const author = { name: 'Alice', email: 'alice@example.test' }

/** Previews in which a required setup is never run by itself, and whose drift is looked for all the time. */
const strict = (yaml: string): string =>
  `pollEvery: never\n${yaml.replace('- name: integration\n', '- name: integration\n        requireSetup: refuse\n        driftEvery: 4s\n')}`

describe('setup, patch, drift and teardown of an environment', () => {
  let stack: Stack
  let shop: Channel
  let places: Environments
  let count = 0

  beforeAll(async () => {
    stack = await startStack({
      configure: strict,
      processes: 'bot-and-worker',
      variables: { SLIPWAY_WEBHOOK_SECRET: SECRET },
    })
    shop = channelOf(stack.slack)
    places = environmentsOf(stack, apiOf(stack.url))
  })
  afterAll(async () => stack?.close())

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
  async function deliver(branch: string, after: string): Promise<void> {
    const repository = { clone_url: stack.embedded.demo.repository.path }
    const deleted = /^0+$/.test(after)
    const body = JSON.stringify({
      ref: `refs/heads/${branch}`,
      before: '1'.repeat(40),
      after,
      deleted,
      repository,
    })
    const response = await fetch(`${stack.url}/webhooks/github`, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'x-github-event': 'push',
        'x-github-delivery': randomUUID(),
        'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
      },
    })
    expect(response.status).toBeLessThan(300)
  }
  const started = async (name: string): Promise<readonly string[]> =>
    (await places.effects(name)).filter((action) => action.endsWith(':started'))
  const runs = (name: string, wanted: string): Promise<unknown> =>
    until(`${wanted.slice(0, 7)} in ${name}`, async () => {
      const found = await apiOf(stack.url).environment(name)
      if (found.current?.commit !== wanted) throw new Error(JSON.stringify(found))
      return true
    })
  function configure(change: (yaml: string) => string): void {
    const file = join(stack.dataFolder, 'slipway.yaml')
    writeFileSync(file, change(readFileSync(file, 'utf8')))
    for (const one of stack.processes.values()) process.kill(one.pid, 'SIGHUP')
  }

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
      async () => (await started('pr-a')).filter((one) => one.startsWith('setup')).length === 3,
    )
    await places.settles('pr-a', 'ready')

    expect(await places.status('pr-a')).toEqual(once)
  })

  test('[S2.13] [S2.6] a push to its branch patches it without any setup, a push to another does not', async () => {
    const before = await started('pr-a')
    const other = await commit('elsewhere')
    await deliver('elsewhere', other)
    const pushed = await commit('a')
    await deliver('a', pushed)
    await runs('pr-a', pushed)
    await places.settles('pr-a', 'ready')
    const since = (await started('pr-a')).slice(before.length).filter((one) => !one.startsWith('check'))

    expect(since).toEqual(['patch:started'])
  })

  test('[S2.14] patch by hand, typed and by the button of the environment’s view, does the same', async () => {
    const before = (await started('pr-a')).filter((one) => one === 'patch:started').length
    const typed = await commit('a')
    await shop.ask(alice, 'env patch pr-a', /newest build of a/)
    await runs('pr-a', typed)
    await places.settles('pr-a', 'ready')
    const pressed = await commit('a')
    await shop.command(alice, 'env show pr-a')
    const view = await shop.answer(alice, /template v1 applied/)
    await places.press(alice, view, 'Patch')
    await runs('pr-a', pressed)
    await places.settles('pr-a', 'ready')

    expect((await started('pr-a')).filter((one) => one === 'patch:started')).toHaveLength(before + 2)
  })

  test('[S2.18] [S2.16] teardown runs as it was captured at setup, not as configured since', async () => {
    configure((yaml) => yaml.replaceAll('run: deploy/teardown.sh', 'run: deploy/another.sh'))
    await shop.ask(alice, 'env teardown pr-a --yes', /torn down/)
    await places.settles('pr-a', 'absent')

    expect(await places.onHost('pr-a')).toBe(false)
    expect((await started('pr-a')).at(-1)).toBe('teardown:started')
    configure((yaml) => yaml.replaceAll('run: deploy/another.sh', 'run: deploy/teardown.sh'))
  })

  test('[S2.17] a failed teardown stays visible with Retry; what is gone already counts as done', async () => {
    await commit('b', behaves({ teardown: 'fail-once' }))
    await shop.ask(alice, 'env create pr-b from b', /preview of b/)
    await places.settles('pr-b', 'ready')
    await shop.ask(alice, 'env teardown pr-b --yes', /torn down/)
    const failed = await places.settles('pr-b', 'teardown_failed')
    const notice = await places.notice(/teardown of pr-b failed/)
    await places.removeOnHost('pr-b')
    await places.press(alice, notice, 'Retry')
    await places.settles('pr-b', 'absent')

    expect(failed.current).not.toBeNull()
    expect((await started('pr-b')).filter((one) => one === 'teardown:started')).toHaveLength(2)
  })

  test('[S2.21] [R.1] a worker killed in the middle of a setup and of a teardown starts neither command twice', async () => {
    await commit('c', behaves({ setupSeconds: 4, teardownSeconds: 4 }))
    await shop.ask(alice, 'env create pr-c from c', /preview of c/)
    await until('the setup', async () => (await started('pr-c')).includes('setup:started'))
    await stack.kill('worker')
    await stack.start('worker', 'worker')
    await places.settles('pr-c', 'ready', 60_000)
    await shop.ask(alice, 'env teardown pr-c --yes', /torn down/)
    await until('the teardown', async () => (await started('pr-c')).includes('teardown:started'))
    await stack.kill('worker')
    await stack.start('worker', 'worker')
    await places.settles('pr-c', 'absent', 60_000)
    const all = await started('pr-c')

    expect(all.filter((one) => one === 'setup:started')).toHaveLength(1)
    expect(all.filter((one) => one === 'teardown:started')).toHaveLength(1)
    expect(await places.onHost('pr-c')).toBe(false)
  })

  test('[R.10] a record that was changed by hand is reported and repaired', async () => {
    await sql`update environments set state = 'teardown_failed', setup_required = false where name = 'pr-c'`.execute(
      stack.database.db,
    )
    await places.settles('pr-c', 'absent', 100_000)

    expect(stack.log()).toMatch(/record and the workflow differ/)
  })
})
