import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { git } from '../../local/git-commits.js'
import { openSlackWindow, type SlackWindow } from '../../local/slack-window.js'
import { type Api, apiOf, demoEffects } from '../support/api.js'
import { alice, bob, type Channel, channelOf, dan, quinn, SHOP, wholeText } from '../support/channel.js'
import { openForm } from '../support/forms.js'
import { thisMonth } from '../support/noon-zone.js'
import { commitTo, reachedIn } from '../support/progress.js'
import { type Trail, trailOf } from '../support/refusals.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

let stack: Stack
let shop: Channel
let api: Api
let trail: Trail
let window: SlackWindow
const version = (number: number): string => `${thisMonth}.${number}`

beforeAll(async () => {
  // Only Bob may override: so an override by Alice, who cuts, shows that the two are different rights.
  const configure = (yaml: string): string =>
    yaml
      .replace('  qa:', '  chiefs: [U01BOB]\n  qa:')
      .replace('override: [release-managers]', 'override: [chiefs]')
      .replace(
        '    previews:',
        '    checklist: [{ item: QA sign-off, role: qa, before: production }]\n    previews:',
      )
  stack = await startStack({ configure })
  shop = channelOf(stack.slack)
  api = apiOf(stack.url)
  trail = trailOf(stack, api)
  window = await openSlackWindow(stack.embedded.slackUrl ?? '')
  await until('the pipeline', async () => (await api.environments()).length === 3)
})
afterAll(async () => {
  window?.end()
  await stack?.close()
})

const commit = (message: string, files: Record<string, string>, branch?: string): Promise<string> =>
  commitTo(stack, message, { files, branch })
const reached = (number: number, environment: string, state: string): Promise<void> =>
  reachedIn(api, version(number), { environment, state })

describe('words that mean nothing', () => {
  test.each([
    ['ct shop "Summer sale"', 'cut shop'],
    ['promot shop 2026.11.1-rc.1 to staging', 'promote shop'],
    ['cut shpo "Summer sale"', 'shop'],
    ['cut shop "Summer sale" --frm main', '--from'],
    ['promote shop 2026.11.1-rc.1 to prodction', 'production'],
    ['rollback shop stagin', 'staging'],
  ])('[U.6] `%s` is answered with what is nearest, and starts nothing', async (text, nearest) => {
    const answer = await trail.ignores(() => shop.ask(alice, text, /did nothing|did not do anything/i))

    expect(answer).toMatch(/did you mean|nearest/i)
    expect(answer).toContain(nearest)
  })

  test('[U.6] what is near nothing is answered with where to look', async () => {
    const answer = await trail.ignores(() => shop.ask(alice, 'frobnicate the shop', /did not do anything/i))

    expect(answer).toContain('/release help')
  })

  test('[S1.1] without a title the command opens its form, and the form insists', async () => {
    await trail.ignores(async () => {
      const form = await openForm(window, () => shop.command(alice, 'cut shop'))
      const errors = await window.submit(alice, {
        title: { value: { type: 'plain_text_input', value: ' ' } },
      })

      expect(form.blocks.map((block) => block.block_id)).toContain('title')
      expect(errors['title']).toMatch(/title/i)
      await window.close(alice)
    })
  })

  test('[S1.1] a mention cannot open a form, so it is told what is missing', async () => {
    const answer = await trail.ignores(async () => {
      await stack.slack.write(SHOP, alice, '<@U0SLIPWAY> cut shop')
      return wholeText(await shop.answer(alice, /needs more than that/))
    })

    expect(answer).toMatch(/For example: `\/release cut/)
  })
})

describe('refs that are no commits', () => {
  const marks = () => ['pwned', 'pwned2'].map((name) => existsSync(join(stack.dataFolder, name)))

  test('[U.6] a ref that does not exist is refused with what is near', async () => {
    const answer = await trail.refuses(alice, 'ref-not-found', () =>
      shop.ask(alice, 'cut shop "X" --from man', /did not/i),
    )

    expect(answer).toMatch(/main/)
  })

  test.each([
    // Git allows a branch of this name, so it is looked for; it is never an argument of a command.
    ['an option', '--from=--upload-pack=x', 'ref-not-found'],
    ['another option', '--from="-o ProxyCommand=x"', 'ref-invalid'],
    ['a command line', '--from "; rm -rf /"', 'ref-invalid'],
    ['a way out', '--from ../..', 'ref-invalid'],
    ['a way out, longer', '--from refs/heads/../../../../etc/passwd', 'ref-invalid'],
    ['a revision', '--from "HEAD~1^{/fix}"', 'ref-invalid'],
  ])('[X.3] %s as a ref is data: `%s`', async (_, flag, code) => {
    const answer = await trail.refuses(alice, code, () => shop.ask(alice, `cut shop "X" ${flag}`, /did not/i))

    expect(answer).toMatch(/cannot be the name of a branch|has no branch, tag or commit/)
  })

  test('[X.3] no shell ever sees a ref', async () => {
    for (const text of [`$(touch ${stack.dataFolder}/pwned)`, `\`touch ${stack.dataFolder}/pwned2\``]) {
      await shop.ask(alice, `cut shop "X" --from "${text}"`, /did not/i)
    }

    expect(marks()).toEqual([false, false])
    expect(await api.releases()).toEqual([])
  })

  test('[X.3] names of apps, releases and environments are looked up, never used as paths or SQL', async () => {
    for (const text of [
      `status '; drop table releases; --`,
      'status ../../etc/passwd',
      `promote shop "2026.11.1'; delete from audit; --" to staging`,
    ]) {
      await shop.ask(alice, text, /did nothing|did not|don't know|no release/i)
    }
    const paths = [
      'apps/..%2f..%2fetc%2fpasswd/releases',
      'apps/shop/releases/..%2f..',
      'deployments/..%2f/log',
    ]
    const answers = await Promise.all(paths.map((path) => fetch(`${stack.url}/api/v1/${path}`)))

    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404])
    expect(await api.releases()).toEqual([])
  })
})

describe('a commit that is not on trunk', () => {
  let stray: string

  test('[S5.2] is refused, also for whoever may cut but not override', async () => {
    stray = await commit('Not on trunk', { 'STRAY.md': 'stray\n' }, 'feature/stray')
    const byBranch = await trail.refuses(alice, 'not-on-trunk', () =>
      shop.ask(alice, 'cut shop "Stray" --from feature/stray', /not on/),
    )
    await trail.refuses(alice, 'not-on-trunk', () =>
      shop.ask(alice, `cut shop "Stray" --from ${stray}`, /not on/),
    )
    await trail.refuses(alice, 'not-permitted', () =>
      shop.ask(alice, `cut shop "Stray" --from ${stray} --override "please"`, /did not/i),
    )

    expect(byBranch).toContain(stray)
    expect(byBranch).toMatch(/--override/)
  })

  test('[S5.2] [U.5] [X.3] goes with the override of who may, and no title mentions or links anything', async () => {
    const title = 'Hi <!channel> <@U01DAN> `rm -rf /` *bold* <https://evil.example|x> ; rm -rf / ../..'
    await shop.ask(bob, `cut shop "${title}" --from ${stray} --override "a rehearsal"`, /Cut `/)
    const card = await shop.cardSays(/a rehearsal/, version(1))
    const release = await api.release(version(1))
    const events = await api.events(version(1))
    const sent = JSON.stringify((await shop.all()).filter(({ user }) => user === 'U0SLIPWAY'))

    expect(release).toMatchObject({ title, candidates: [{ commit: stray }] })
    expect(wholeText(card)).toContain('&lt;!channel&gt;')
    expect(sent).not.toMatch(/<!channel|<@U01DAN>|<https:\/\/evil/)
    expect(events.map(({ says }) => says).join('\n')).toMatch(/overridden: .* is not on main.*a rehearsal/)
    await reached(1, 'integration', 'accepted')
  })
})

describe('candidates that are not ready', () => {
  test('[S5.5] a build that runs is waited for by a person, not promoted; one that failed neither', async () => {
    // The build sees no file of this test but those of its app's HOME.
    const gate = join(stack.dataFolder, 'homes', 'shop', 'go-on')
    const script = `import { existsSync } from 'node:fs'
while (!existsSync(\`\${process.env.HOME}/go-on\`)) await new Promise((resolve) => setTimeout(resolve, 50))
process.exit(1)
`
    const build = await git(stack.embedded.demo.repository.path, ['show', 'main:build.mjs'])
    await commit('Builds for long, and fails', { 'build.mjs': script })
    await shop.ask(alice, 'cut shop "Slow"', /Cut `/)
    // Nothing moves from here on but what the refusals move, which is nothing.
    await until('its tag', async () => (await api.release(version(2))).candidates[0]?.tag?.state === 'pushed')
    const building = await trail.refuses(alice, 'not-ready', () =>
      shop.ask(alice, `promote shop ${version(2)}-rc.1 to staging`, /did not/i),
    )
    writeFileSync(gate, '')
    await until('the failed build', async () => {
      const { candidates } = await api.release(version(2))
      return candidates[0]?.state === 'build_failed'
    })
    const failed = await trail.refuses(alice, 'not-ready', () =>
      shop.ask(alice, `promote shop ${version(2)}-rc.1 to staging`, /did not/i),
    )
    await commit('Builds again', { 'build.mjs': `${build}\n` })

    expect(building).toMatch(/building/)
    expect(failed).toMatch(/build failed/)
  })

  test('[U.6] a candidate that does not exist is refused with the nearest', async () => {
    const answer = await trail.refuses(alice, 'unknown-release', () =>
      shop.ask(alice, `promote shop ${version(1)}-rc.7 to staging`, /did not/i),
    )

    expect(answer).toContain(`${version(1)}-rc.1`)
  })

  test('[S3.16] an environment is not skipped, except by an override that is on record', async () => {
    await trail.refuses(alice, 'not-accepted-below', () =>
      shop.ask(alice, `promote shop ${version(1)}-rc.1 to production`, /staging/),
    )
    await trail.refuses(alice, 'not-permitted', () =>
      shop.ask(alice, `promote shop ${version(1)}-rc.1 to production --override "in a hurry"`, /did not/i),
    )
    await shop.ask(bob, `promote shop ${version(1)}-rc.1 to production --override "in a hurry"`, /Prepared/)
    await reached(1, 'production', 'prepared')
    const events = await api.events(version(1))
    await shop.ask(bob, `abort shop ${version(1)}-rc.1 production`, /.+/)
    await until('the end of the hurry', async () => (await api.release(version(1))).phase === 'testing')

    expect(
      events.find(({ kind, says }) => kind === 'gate.overridden' && says.includes('in a hurry')),
    ).toMatchObject({ actor: bob })
  })
})

describe('presses', () => {
  test('[X.1] a press by someone who may not is refused with who may, and the card stays', async () => {
    await shop.cardSays(/integration ✅/, version(1))
    const answer = await trail.refuses(dan, 'not-permitted', async () => {
      await shop.press(dan, /Promote to staging/, version(1))
      return wholeText(await shop.answer(dan, /did not/i))
    })

    expect(answer).toContain('releasers')
    expect(answer).toContain(`<@${alice}>`)
    await until('the button that stays', async () =>
      (await shop.buttons(version(1))).some(({ label }) => label === 'Promote to staging'),
    )
  })

  test('[S3.17] [U.3] the same press twice, also on an old copy, says who decided and changes nothing', async () => {
    await shop.press(alice, /Promote to staging/, version(1))
    await reached(1, 'staging', 'awaiting_acceptance')
    const accept = await shop.press(quinn, /^Accept on/, version(1))
    await reached(1, 'staging', 'accepted')
    const again = await trail.refuses(quinn, 'already-decided', async () => {
      await shop.pressAgain(quinn, accept, version(1))
      return wholeText(await shop.answer(quinn, /already decided/))
    })
    const events = (await api.events(version(1))).filter(({ kind }) => kind === 'deployment.accepted')

    expect(again).toContain(`<@${quinn}>`)
    expect(again).toMatch(/accepted/)
    expect(again).toMatch(/https?:\/\//)
    expect(events.filter(({ environment }) => environment === 'staging')).toHaveLength(1)
    await shop.cardSays(/Accepted on staging/, version(1))
    expect((await shop.buttons(version(1))).map(({ label }) => label)).not.toContain('Accept on staging')
  })

  test('[S3.17] a superseded deployment cannot be accepted any more', async () => {
    await commit('Third', { 'THIRD.md': 'third' })
    await shop.ask(alice, 'cut shop "Third"', /Cut `/)
    await reached(3, 'integration', 'accepted')
    await shop.ask(alice, `promote shop ${version(3)}-rc.1 to staging`, /Queued/)
    await reached(3, 'staging', 'awaiting_acceptance')
    const accept = await until('the button Accept', async () =>
      (await shop.buttons(version(3))).find(({ label }) => label === 'Accept on staging'),
    )
    await commit('Fourth', { 'FOURTH.md': 'fourth' })
    await shop.ask(alice, 'cut shop "Fourth"', /Cut `/)
    await reached(4, 'integration', 'accepted')
    await shop.ask(alice, `promote shop ${version(4)}-rc.1 to staging`, /Queued/)
    await reached(3, 'staging', 'superseded')
    await reached(4, 'staging', 'awaiting_acceptance')
    const answer = await trail.refuses(quinn, 'superseded', async () => {
      await shop.pressAgain(quinn, accept, version(3))
      return wholeText(await shop.answer(quinn, /replaced/))
    })
    await trail.refuses(quinn, 'superseded', () =>
      shop.ask(quinn, `accept shop ${version(3)}-rc.1 staging`, /replaced/),
    )

    expect(answer).toContain(version(4))
  })

  test('[U.3] a button of another age answers that it is old', async () => {
    const [button] = await shop.buttons(version(4))
    if (!button) throw new Error('The card has no button')
    const answer = await trail.ignores(async () => {
      await shop.pressAgain(alice, { ...button, actionId: 'rel.v0.accept' }, version(4))
      await shop.answer(alice, /older message/)
      await shop.pressAgain(alice, { ...button, value: 'no-such-button' }, version(4))
      return wholeText(await shop.answer(alice, /older message/))
    })

    expect(answer).toContain('/release status')
    expect(answer).toContain(version(4))
  })

  test('[S1.3] [U.3] a press on the card of a release that was deleted is answered, not tried for ever', async () => {
    await shop.ask(alice, 'cut shop "Fifth, for nothing"', /Cut `/)
    await reached(5, 'integration', 'accepted')
    const promote = await until('the button', async () =>
      (await shop.buttons(version(5))).find(({ label }) => label === 'Promote to staging'),
    )
    await shop.ask(alice, `delete shop ${version(5)} --yes`, /deleted/i)
    await until('the end', async () => (await api.release(version(5))).state === 'deleted')
    await trail.refuses(alice, 'release-ended', async () => {
      await shop.pressAgain(alice, promote, version(5))
      await shop.answer(alice, /The release is deleted/)
    })
    const typed = await trail.refuses(alice, 'unknown-release', () =>
      shop.ask(alice, `promote shop ${version(5)}-rc.1 to staging`, /did not/i),
    )

    expect(typed).toContain(`${version(4)}-rc.1`)
  })
})

test('after all this every effect was asked for once, and nothing was left unanswered', async () => {
  const effects = (await demoEffects(stack.embedded.demo.hostUrl)).map(
    ({ key, action }) => `${key} ${action}`,
  )
  const open = await stack.database.db
    .selectFrom('inbox')
    .select('key')
    .where('finished_at', 'is', null)
    .execute()

  expect(new Set(effects).size).toBe(effects.length)
  expect(open).toEqual([])
})
