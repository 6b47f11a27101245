/** The tags of a release in a remote that has its own, refuses some, and is away for a while. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, apiOf } from '../support/api.js'
import { alice, type Channel, channelOf, wholeText } from '../support/channel.js'
import { type GitJourney, startGitJourney, straightToUsers } from '../support/git-journey.js'
import { thisMonth } from '../support/noon-zone.js'
import { deliverPush } from '../support/push-webhook.js'
import { until } from '../support/until.js'

const secret = 'a secret that only the forge knows'

describe('the tags of a release', () => {
  const keys = mkdtempSync(join(tmpdir(), 'slipway-key-'))
  let journey: GitJourney
  let shop: Channel
  let general: Channel
  let api: Api
  let foreign = ''

  beforeAll(async () => {
    const key = join(keys, 'signing')
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'slipway', '-f', key])
    journey = await startGitJourney(
      {
        shop: straightToUsers,
        library: ['version: semver', 'tag: lib-{version}'],
        web: [
          'version: semver',
          'tag: web-{version}',
          'paths: [web]',
          'alsoWhen: [shared]',
          ...straightToUsers,
        ],
        docs: ['version: semver', 'tag: docs-{version}'],
        client: ['version: conventional', 'tag: client-{version}'],
      },
      {
        SLIPWAY_GIT_COMMITTER: 'Release Bot <releases@example.com>',
        SLIPWAY_GIT_SIGNING_KEY: key,
        SLIPWAY_WEBHOOK_SECRET: secret,
      },
    )
    shop = channelOf(journey.stack.slack)
    general = channelOf(journey.stack.slack, 'C01GENERAL')
    api = apiOf(journey.stack.url)
    foreign = await journey.git('rev-parse', 'main~1')
  })
  afterAll(async () => {
    await journey?.close()
    rmSync(keys, { recursive: true, force: true })
  })

  const commitOf = (tag: string) => journey.git('rev-parse', '--verify', `refs/tags/${tag}^{commit}`)
  const tagIs = (version: string, state: string) =>
    until(`the tag of ${version} ${state}`, async () => {
      const { tag } = await api.release(version)
      if (tag?.state === state) return tag
      throw new Error(JSON.stringify(tag))
    })
  /** The card of another app than shop. */
  const cardSays = (pattern: RegExp) =>
    until(`a card like ${pattern}`, async () =>
      (await general.all()).map(wholeText).find((text) => pattern.test(text)),
    )
  const released = (version: string) =>
    until(`${version} released`, async () => (await api.release(version)).state === 'released')

  test('[G.3] a version whose tag somebody else has is passed over, and refused when it is asked for', async () => {
    await journey.git('tag', `v${thisMonth}.7`, foreign)
    await journey.git('tag', '-a', '-m', 'theirs', `v${thisMonth}.8-rc.1`, foreign)
    await journey.git('tag', 'v2.0.0', foreign)
    const refused = await shop.ask(alice, 'cut shop "Mine" --as 2.0.0', /did not cut/)
    const answer = await shop.ask(alice, 'cut shop "Summer sale"', /Cut `/)

    expect(refused).toMatch(/The tag `v2\.0\.0` already names/)
    expect(answer).toContain(`Cut \`${thisMonth}.9-rc.1\``)
  })

  test('[G.3] a released version has its annotated, signed tag on its commit', async () => {
    const version = `${thisMonth}.9`
    await released(version)
    await tagIs(version, 'pushed')
    const [candidate] = (await api.release(version)).candidates
    const format =
      '--format=%(objecttype)%0a%(taggername) %(taggeremail)%0a%(contents:subject)%0a%(contents:body)'
    const told = await journey.git('for-each-ref', format, `refs/tags/v${version}-rc.1`)
    const signers = join(keys, 'signers')
    writeFileSync(signers, `releases@example.com ${readFileSync(join(keys, 'signing.pub'), 'utf8')}`)
    const trusted = ['-c', 'gpg.format=ssh', '-c', `gpg.ssh.allowedSignersFile=${signers}`]

    expect(await commitOf(`v${version}`)).toBe(candidate?.commit)
    expect(candidate).toMatchObject({ tag: { state: 'pushed', name: `v${version}-rc.1` } })
    expect(told).toMatch(
      new RegExp(`^tag\nRelease Bot <releases@example.com>\nshop ${version}-rc.1: Summer sale\nCut by Alice`),
    )
    await journey.git(...trusted, 'verify-tag', `v${version}`)
  })

  test('[G.3] a release whose tag is refused is released and says so on card, in why and API; tried again it is there', async () => {
    const version = `${thisMonth}.10`
    journey.server.refuse('shop.git', 'refs/tags/*', 'GH013: tag creation is restricted')
    await journey.commit('More', { 'more.txt': 'x\n' })
    await shop.ask(alice, 'cut shop "Autumn"', /Cut `/)
    await released(version)
    const tag = await tagIs(version, 'refused')
    const card = wholeText(await shop.cardSays(/v[\d.]+` was refused/, version))
    const why = await shop.learn(alice, `why shop ${version}`, /The tag/)

    expect(tag.because).toContain('GH013')
    expect(card).toMatch(/🚀 shop [\d.]+ — released/)
    expect(card).toContain(`\`v${version}\` was refused: GH013: tag creation is restricted`)
    expect(why).toContain('GH013')
    await expect(commitOf(`v${version}`)).rejects.toThrow(/failed/)

    journey.server.refuse('shop.git', '', null)
    await shop.press(alice, /Try the tag again/, version)
    await tagIs(version, 'pushed')
    await shop.cardSays(/^(?!.*was refused)/s, version)
    expect(await commitOf(`v${version}`)).toBe((await api.release(version)).candidates[0]?.commit)
    // Both are pushed side by side.
    await until('the tag of its candidate', async () => {
      const { candidates } = await api.release(version)
      return candidates[0]?.tag?.state === 'pushed'
    })
    expect(await commitOf(`v${version}-rc.1`)).toBe(await commitOf(`v${version}`))
    expect(await shop.ask(alice, `tag shop ${version}`, /did not push/)).toMatch(/in the repository already/)
  })

  test('[G.3] a tag that somebody made since the cut is not moved, and the release says whose commit it names', async () => {
    const version = `${thisMonth}.11`
    await journey.git('update-ref', `refs/tags/v${version}x`, foreign)
    await journey.commit('Yet more', { 'yet.txt': 'x\n' })
    journey.server.refuse('shop.git', 'refs/tags/*', 'GH013: not yet')
    await shop.ask(alice, 'cut shop "Winter"', /Cut `/)
    await tagIs(version, 'refused')
    await journey.git('tag', `v${version}`, foreign)
    journey.server.refuse('shop.git', '', null)
    await shop.ask(alice, `tag shop ${version}`, /Pushing/)
    const tag = await tagIs(version, 'taken')
    const card = wholeText(await shop.cardSays(/already names/, version))

    expect(tag.because).toBe(foreign)
    expect(card).toContain(foreign.slice(0, 7))
    expect(await commitOf(`v${version}`)).toBe(foreign)
  })

  test('[G.3] a remote that is away is waited for, and the card says so', async () => {
    const version = `${thisMonth}.12`
    await journey.commit('Even more', { 'even.txt': 'x\n' })
    journey.server.refuse('shop.git', 'refs/tags/*', 'GH013: not yet')
    await shop.ask(alice, 'cut shop "Late"', /Cut `/)
    await tagIs(version, 'refused')
    journey.server.refuse('shop.git', '', null)
    journey.server.behave = 503
    await shop.ask(alice, `tag shop ${version}`, /Pushing/)
    const card = wholeText(await shop.cardSays(/is not pushed yet, the repository does not answer/, version))
    journey.server.behave = 'normal'
    await shop.ask(alice, `tag shop ${version}`, /Pushing/)

    expect(await tagIs(version, 'pushed')).toMatchObject({ because: null })
    expect(card).toMatch(/Try the tag again/)
  })

  test('[G.5] the first release of a project that has tags begins at the newest, with git’s own numbers everywhere', async () => {
    await journey.git('tag', 'docs-1.4.0', 'main')
    await journey.commit('Write it down (#31)', { 'docs/one.md': '1\n' })
    await journey.commit('Fix it, closes #77\n\nCo-authored-by: Dora <dora@example.com>', {
      'docs/two.md': '2\n',
    })
    await journey.commit('Give names', { '.mailmap': 'Robert Roe <bob@example.com>\n' })
    await general.ask(alice, 'cut docs "First"', /Cut `1\.5\.0-rc\.1/)
    const range = 'docs-1.4.0..main'
    const total = Number(await journey.git('rev-list', '--count', range))
    const people = ['--group=author', '--group=trailer:co-authored-by']
    const authors = (await journey.git('shortlog', '-sne', ...people, range)).split('\n').length
    const numbers = `${total} commits?(?:,| by) ${authors} authors?`
    const card = await cardSays(/since the tag docs-1\.4\.0/)
    const shown = await general.ask(alice, 'diff docs 1.5.0-rc.1', /that docs-1\.4\.0 does not have/)
    // Numbers of issues are shown so that Slack makes no link of them.
    const diff = shown.replaceAll('\u200b', '')
    const { commits } = await apiOf(journey.stack.url, 'docs').release('1.5.0')

    expect(card).toMatch(new RegExp(`since the tag docs-1\\.4\\.0: ${numbers}`))
    expect(diff).toMatch(new RegExp(numbers))
    expect(diff).toMatch(/Pull requests\* 1: #31/)
    expect(diff).toMatch(/Robert Roe.*Dora|Dora.*Robert Roe/)
    expect(commits).toMatchObject({ total, authors, since: 'docs-1.4.0', sinceTag: true })
  })

  test('a history that was rewritten, with its mirror lost, stops no cut: what is new is unknown, and said so', async () => {
    // A tag that arrived after all others are gone would bring the old history with it.
    for (const tag of [`v${thisMonth}.12-rc.1`, 'docs-1.5.0-rc.1'])
      await until(`the tag ${tag}`, () => commitOf(tag).catch(() => null))
    const tree = await journey.git('rev-parse', 'main^{tree}')
    const anew = await journey.git('commit-tree', '-m', 'Begin again', tree)
    await journey.git('update-ref', 'refs/heads/main', anew)
    for (const ref of (await journey.git('for-each-ref', '--format=%(refname)')).split('\n'))
      if (ref !== 'refs/heads/main') await journey.git('update-ref', '-d', ref)
    await journey.git('gc', '--quiet', '--prune=now')
    // Moved away in one step: git may be writing there, and a folder that is written to cannot be taken away file by file.
    const mirrors = join(journey.stack.dataFolder, 'git')
    renameSync(mirrors, `${mirrors}-lost`)
    const answer = await shop.ask(alice, 'cut shop "Anew"', /Cut `/)
    const card = wholeText(await shop.cardSays(/Begin again/))

    expect(answer).toContain(anew)
    expect(card).toMatch(/What's in it\* since [\d.]+: unknown, the repository has that commit no more/)
  })

  test('semver goes on from the highest tag of the repository; conventional asks the commits', async () => {
    for (const tag of ['lib-0.29.5', 'lib-0.29.10', 'lib-0.30.0-beta.1', 'client-1.4.0'])
      await journey.git('tag', tag, await journey.git('rev-parse', 'main'))
    const feature = await general.ask(alice, 'cut library "Feature"', /Cut `/)
    const fix = await general.ask(alice, 'cut library "Fix" --type fix', /Cut `/)
    await journey.commit('fix: a thing', { 'c1.txt': 'x\n' })
    const patch = await general.ask(alice, 'cut client "A fix"', /Cut `/)
    await journey.commit('feat(api)!: drop the old one', { 'c2.txt': 'x\n' })
    const major = await general.ask(alice, 'cut client "A break"', /Cut `/)

    expect(feature).toContain('`0.30.0-rc.1`')
    expect(fix).toContain('`0.30.1-rc.1`')
    expect(patch).toContain('`1.4.1-rc.1`')
    expect(major).toContain('`2.0.0-rc.1`')
  })
  test('[G.6] of an app that is a part of its repository only its paths count: cuts, lists and pushes', async () => {
    const web = apiOf(journey.stack.url, 'web')
    const push = async (message: string, file: string): Promise<string> => {
      const after = await journey.commit(message, { [file]: `${message}\n` })
      const address = journey.server.address('shop.git')
      await deliverPush(journey.stack, { secret, address }, { branch: 'main', after })
      return after
    }
    const runs = (commit: string) =>
      until(`${commit} in production of web`, async () => {
        const { current } = await web.environment('production')
        if (current?.commit === commit) return true
        throw new Error(JSON.stringify(current))
      })
    await journey.git('tag', 'web-1.0.0', 'main')
    await journey.commit('Docs alone', { 'docs/three.md': '3\n' })
    const refused = await general.ask(alice, 'cut web "Nothing"', /did not cut/)
    await journey.commit('Web work', { 'web/one.txt': '1\n', 'docs/four.md': '4\n' })
    await journey.commit('Docs again', { 'docs/five.md': '5\n' })
    await general.ask(alice, 'cut web "Own"', /Cut `1\.1\.0-rc\.1/)
    const card = await cardSays(/since the tag web-1\.0\.0/)
    await until('web 1.1.0 released', async () => (await web.release('1.1.0')).state === 'released')

    await runs(await push('More web work', 'web/two.txt'))
    const untouched = await push('Docs only', 'docs/six.md')
    const said = await general.learn(alice, 'history web', /touches nothing of the app/)
    await runs(await push('Shared', 'shared/lib.txt'))
    const { commits } = await web.release('1.1.0')

    expect(refused).toMatch(/Nothing of web changed since `web-1\.0\.0`/)
    expect(card).toMatch(/since the tag web-1\.0\.0: 1 commit, 1 author/)
    expect(card).not.toMatch(/Docs again/)
    expect(commits).toMatchObject({ total: 1, authors: 1 })
    expect(said).toContain(untouched.slice(0, 7))
  })
})
