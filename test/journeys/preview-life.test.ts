import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiOf, demoEffects } from '../support/api.js'
import { alice, bob, type Channel, channelOf, dan, wholeText } from '../support/channel.js'
import { type Environments, environmentsOf } from '../support/environments.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

const author = { name: 'Alice', email: 'alice@example.test' }

/** Previews that live for minutes, so that an end is seen without skipping time; extensions are short as well. */
const short = (yaml: string): string =>
  yaml
    .replace(
      /previews: \{.*\}/,
      'previews: { like: integration, expires: 60s, notice: [45s], extensions: 1, maxAge: 3d, most: 1 }',
    )
    .replace('- name: integration\n', '- name: integration\n        requireSetup: refuse\n')

describe('a preview of a branch, from its creation to its end', () => {
  let stack: Stack
  let shop: Channel
  let places: Environments
  let hostUrl: string
  let head: string
  const push = (message: string, files: Record<string, string>): Promise<string> =>
    stack.embedded.demo.repository.commit({ branch: 'feature-x', author, message, files })

  beforeAll(async () => {
    stack = await startStack({ configure: short })
    shop = channelOf(stack.slack)
    places = environmentsOf(stack, apiOf(stack.url))
    hostUrl = stack.embedded.demo.hostUrl
    head = await push('Start a feature', { 'notes.txt': 'one' })
  })
  afterAll(async () => stack?.close())

  test('[S2.19] [S2.20] [X.3] bad names, branches and times are refused, and nothing changes', async () => {
    await shop.ask(alice, 'env create ../../etc from feature-x', /did not/i)
    await shop.ask(alice, 'env create pr/1 from feature-x', /did not/i)
    await shop.ask(alice, 'env create pr-9 from --upload-pack=x', /did not/i)
    const branch = await shop.ask(alice, 'env create pr-9 from feature-y', /did not/i)
    await shop.ask(alice, 'env extend integration 3 dasy', /can't read .3 dasy. as a time/)
    const permanent = await shop.ask(alice, 'env extend integration', /permanent/)
    await shop.ask(dan, 'env create pr-9 from feature-x', /did not/i)

    const production = await shop.ask(alice, 'env teardown production --yes', /did not/i)

    expect(production).toMatch(/nothing that can be pasted/)
    expect(branch).toMatch(/feature-y/)
    expect(permanent).toMatch(/never expires/)
    expect((await places.names()).filter((name) => name === 'pr-9')).toEqual([])
    expect(await demoEffects(hostUrl)).toEqual([])
  })

  test('[S2.4] [S2.9] the first patch is refused while nothing was ever set up', async () => {
    const answer = await shop.ask(alice, 'env patch integration', /did not/i)

    expect(answer).toMatch(/never set up/)
    expect(await demoEffects(hostUrl)).toEqual([])
  })

  test('[S2.1] [S2.3] [U.16] a preview is built first, then set up and checked, without a patch, and its people hear where it is', async () => {
    await shop.ask(alice, 'env create pr-1 from feature-x', /preview of feature-x/)
    const ready = await places.settles('pr-1', 'ready')
    const effects = await places.effects('pr-1')

    const told = await places.notice(/pr-1 is ready: .* runs there until/)
    const direct = await places.direct(alice, /pr-1 is ready/)

    expect(wholeText(told)).toMatch(new RegExp(`${head.slice(0, 7)} runs there.*<http[^|]+\\|Open it>`, 's'))
    for (const message of [told, direct]) {
      expect(places.buttonsOf(message)).toEqual(['Extend', 'Tear down now'])
    }
    expect(ready.current).toMatchObject({ commit: head })
    expect(ready).toMatchObject({ setupRequired: false })
    expect(effects.filter((action) => action.endsWith(':started'))).toEqual([
      'setup:started',
      'check:started',
    ])
  })

  test('[S2.19] [U.9] before its end the channel and the owner are told, with Extend, Keep and Tear down now', async () => {
    const notice = await places.notice(/pr-1 .*is torn down in/)
    const direct = await places.direct(alice, /pr-1 .*is torn down in/)

    expect(places.buttonsOf(notice)).toEqual(['Extend', 'Keep', 'Tear down now'])
    expect(places.buttonsOf(direct)).toEqual(['Extend', 'Keep', 'Tear down now'])
  })

  test('[S2.19] one Extend moves the end once; a second press finds it moved, a third is past the cap', async () => {
    const before = await places.expiry('pr-1')
    const notice = await places.notice(/pr-1 .*is torn down in/)
    await places.press(alice, notice, 'Extend')
    await until('the new end', async () => (await places.expiry('pr-1')) !== before)
    await places.press(bob, notice, 'Extend')
    const second = wholeText(await shop.answer(bob, /extended/i))
    const capped = await shop.ask(alice, 'env extend pr-1', /did not/i)

    expect(Date.parse(await places.expiry('pr-1'))).toBe(Date.parse(before) + 86_400_000)
    expect(second).toMatch(/already|U01ALICE/)
    expect(capped).toMatch(/any further/i)
    await until('the answered notice', async () =>
      /extended by <@U01ALICE>/.test(wholeText(await places.notice(/pr-1 .*is torn down in/))),
    )
  })

  test('a second preview waits visibly for a place, and gets it when the first is gone', async () => {
    await shop.ask(alice, 'env create pr-2 from feature-x', /preview/)
    await shop.learn(alice, 'env list', /waits for a place: 1 of 1/)
    expect(await places.effects('pr-2')).toEqual([])
  })

  test('[S2.15] [S2.16] [S2.17] a teardown asks first, then service and schema are gone and the channel is told', async () => {
    const asked = await shop.ask(alice, 'env teardown pr-1', /did not/i)
    await shop.ask(alice, 'env teardown pr-1 --yes', /torn down/)
    const gone = await places.settles('pr-1', 'absent')
    await places.notice(/pr-1 is gone/)

    expect(asked).toMatch(/runs there/)
    expect(gone.current).toBeNull()
    expect(await places.onHost('pr-1')).toBe(false)
  })

  test('[S2.15] [S2.19] [R.6] the next in line is told of its end and expires; a patch at that moment is carried out whole, or not at all', async () => {
    await places.settles('pr-2', 'ready')
    await places.notice(/pr-2 .*is torn down in/)
    await push('Patch for long', { 'deploy/behaviour.json': '{ "patchSeconds": 8 }' })
    const end = Date.parse(await places.expiry('pr-2'))
    await until('the last moments', async () => end - Date.now() < 10_000)
    await shop.ask(alice, 'env patch pr-2', /newest build|did not/)
    await places.notice(/pr-2 is gone: it expired/)
    const steps = (await places.effects('pr-2')).filter((one) =>
      /^(setup|patch|teardown):|^install|^remove/.test(one),
    )
    const after = await shop.ask(alice, 'env keep pr-2', /did not/)

    expect((await places.settles('pr-2', 'absent')).current).toBeNull()
    expect(await places.onHost('pr-2')).toBe(false)
    expect(steps.join(' ')).toMatch(
      /^setup:started install (patch:started install )*teardown:started remove$/,
    )
    expect(after).toMatch(/torn down and is gone/)
  })
})
