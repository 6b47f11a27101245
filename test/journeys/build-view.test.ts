import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoAuthors } from '../../local/demo-history.js'
import type { WorkspaceMessage } from '../../local/slack-control.js'
import { type Api, apiOf } from '../support/api.js'
import { alice, type Channel, channelOf, dan, wholeText } from '../support/channel.js'
import { withoutPushes } from '../support/drive.js'
import { type Environments, environmentsOf } from '../support/environments.js'
import { deliverPush } from '../support/push-webhook.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

const original = readFileSync(new URL('../../local/demo-app/build.mjs', import.meta.url), 'utf8')
const SECRET = 'a secret that only the forge knows'
const red = (expected: string) => `import assert from 'node:assert/strict'
import { test } from 'node:test'
test('the basket is empty at first', () => assert.equal('3 things', '${expected}'))
`
/** Says what failed in a report of its own, and nothing of it in its log. */
const withJunit = `import { appendFileSync, writeFileSync } from 'node:fs'
const failed = '<testcase classname="basket" name="adds up"><failure message="2 is not 3"/></testcase>'
writeFileSync('report.xml', '<testsuite>' + failed + '</testsuite>')
appendFileSync(process.env.SLIPWAY_OUTPUT, 'junit=report.xml\\n')
process.exit(1)
`

interface ApiBuild {
  readonly commit: string
  readonly state: string
  readonly artifactDigest: string | null
  readonly failure: {
    readonly tests: readonly { readonly name: string; readonly message: string }[]
    readonly excerpt: string
  } | null
  readonly candidates: readonly { readonly name: string }[]
  readonly deployments: readonly { readonly environment: string; readonly state: string }[]
}

describe('the build of a commit', () => {
  let stack: Stack
  let shop: Channel
  let api: Api
  let places: Environments
  let broken: string
  let good: string

  beforeAll(async () => {
    stack = await startStack({
      variables: { SLIPWAY_WEBHOOK_SECRET: SECRET },
      configure: withoutPushes,
    })
    shop = channelOf(stack.slack)
    api = apiOf(stack.url)
    places = environmentsOf(stack, api)
  })
  afterAll(async () => stack?.close())

  const push = async (message: string, files: Record<string, string | null>): Promise<string> => {
    const { repository } = stack.embedded.demo
    const after = await repository.commit({ message, files, author: demoAuthors.bob })
    await deliverPush(stack, { secret: SECRET, address: repository.path }, { branch: 'main', after })
    return after
  }
  const build = async (commit: string): Promise<ApiBuild> => {
    const response = await fetch(`${stack.url}/api/v1/apps/shop/builds/${commit}`)
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
    return (await response.json()) as ApiBuild
  }
  const ends = (commit: string, state: string): Promise<ApiBuild> =>
    until(`${commit.slice(0, 7)} to be ${state}`, async () => {
      const found = await build(commit)
      return found.state === state ? found : null
    })
  const note = (commit: string): Promise<WorkspaceMessage> =>
    until('the note of the failed build', async () =>
      (await shop.all()).findLast((message) =>
        new RegExp(`build of .${commit.slice(0, 7)}. on main failed`).test(wholeText(message)),
      ),
    )
  const view = async (commit: string, pattern: RegExp): Promise<WorkspaceMessage> => {
    await shop.command(alice, `status ${commit.slice(0, 9)}`)
    return shop.answer(alice, pattern)
  }

  test('[S2.22] [S3.3] a red push: the message names the test that failed and shows it, and leads to the build', async () => {
    broken = await push('Empty basket', { 'test/basket.mjs': red('nothing') })
    const failed = await ends(broken, 'failed')
    const told = await note(broken)

    expect(failed.failure?.tests).toMatchObject([{ name: 'the basket is empty at first' }])
    expect(failed.failure?.tests[0]?.message).toMatch(/strictly equal.*'3 things'.*'nothing'/)
    expect(wholeText(told)).toMatch(/the basket is empty at first/)
    expect(wholeText(told)).toMatch(/not ok \d+ - the basket is empty at first/)
    expect(wholeText(told)).not.toMatch(/# duration_ms/)
    await shop.pressIn(dan, told, /Show build/)
    const shown = wholeText(await shop.answer(dan, /build failed/))
    expect(shown).toContain(broken)
    expect(shown).toMatch(/Asked for.*by a push to .main./)
    expect(shown).toMatch(/Deployed.*nowhere yet/)
  })

  test('[S2.22] its log is read from Slack and from the API, whole', async () => {
    const shown = await view(broken, /build failed/)
    await shop.pressIn(alice, shown, /Show log/)
    const log = wholeText(await shop.answer(alice, /Log of the build of/))
    const whole = await api.text(`/api/v1/apps/shop/builds/${broken.slice(0, 10)}/log`)

    expect(log).toMatch(/# fail 1/)
    expect(whole).toMatch(/^=== build, run 1: failed ===/)
    expect(whole).toMatch(/not ok \d+ - the basket is empty at first[^]*# fail 1/)
    expect(places.buttonsOf(shown)).toEqual(['Retry build', 'Show log'])
  })

  test('[S2.22] a cut of it shows the failed test on its card; Retry build runs it again', async () => {
    await shop.ask(alice, `cut shop "Baskets" --from ${broken}`, /Cut `/)
    const card = wholeText(await shop.cardSays(/build failed/))
    const labels = (await shop.buttons()).map(({ label }) => label)
    const shown = await view(broken, /Candidates/)
    await shop.pressIn(alice, shown, /Retry build/)
    const again = await until('the second run', async () => {
      const log = await api.text(`/api/v1/apps/shop/builds/${broken}/log`)
      return /run 3: failed/.test(log) ? log : null
    })

    expect(card).toMatch(/the basket is empty at first/)
    expect(labels).toEqual(expect.arrayContaining(['Retry build', 'Show log', 'Show build']))
    expect(again.match(/not ok \d+ - the basket/g)).toHaveLength(3)
    expect((await build(broken)).candidates).toHaveLength(1)
  })

  test('[S2.22] a report of JUnit’s names what failed where the log does not', async () => {
    const commit = await push('Add up', { 'test/basket.mjs': null, 'build.mjs': withJunit })
    const { failure } = await ends(commit, 'failed')

    expect(failure?.tests).toEqual([{ name: 'basket › adds up', message: '2 is not 3' }])
    expect(wholeText(await note(commit))).toMatch(/basket › adds up — `2 is not 3`/)
  })

  test('[S2.22] [S2.14] a good build says where it went, and goes to integration again by one press', async () => {
    good = await push('Mend it', { 'build.mjs': original })
    await places.runs('integration', good)
    const later = await push('Something else', { 'notes.txt': 'else' })
    await places.runs('integration', later)
    const { artifactDigest } = await ends(good, 'succeeded')
    const shown = await view(good, /Deployed.*integration/)
    const builds = await stack.database.db.selectFrom('builds').select('id').execute()
    await shop.pressIn(alice, shown, /Deploy to integration/)
    await places.runs('integration', good)

    expect(wholeText(shown)).toContain(artifactDigest)
    expect(wholeText(shown)).toMatch(/Deployed.*integration ✅ accepted/)
    expect(places.buttonsOf(shown)).toEqual(['Deploy to integration', 'Show log', 'Cut a release of it…'])
    expect((await api.environment('integration')).current?.artifactDigest).toBe(artifactDigest)
    expect(await stack.database.db.selectFrom('builds').select('id').execute()).toHaveLength(builds.length)
    const refused = await shop.ask(alice, `env patch staging ${good}`, /did not/)
    expect(refused).toMatch(/without a release/)
    expect(await shop.ask(dan, `env patch integration ${good}`, /did not/)).toMatch(/releasers/)
  })

  test('[S2.22] the list is newest first; what was never built, and what is no commit, says so', async () => {
    const list = (await (await fetch(`${stack.url}/api/v1/apps/shop/builds`)).json()) as ApiBuild[]
    const failed = (await (
      await fetch(`${stack.url}/api/v1/apps/shop/builds?state=failed`)
    ).json()) as ApiBuild[]
    const answer = await shop.ask(alice, `status ${'abcdef0'.repeat(5)}12345`, /did not/)

    expect(list[1]?.commit).toBe(good)
    expect(failed.map(({ state }) => state)).toEqual(['failed', 'failed'])
    expect(answer).toMatch(/No build of/)
    expect((await fetch(`${stack.url}/api/v1/apps/shop/builds/abcdef012`)).status).toBe(404)
    expect((await fetch(`${stack.url}/api/v1/apps/shop/builds/ab`)).status).toBe(404)
  })
})
