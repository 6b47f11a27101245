import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoAuthors } from '../../local/demo-history.js'
import { type Api, apiOf } from '../support/api.js'
import { alice, type Channel, channelOf, quinn, wholeText } from '../support/channel.js'
import { driveOf } from '../support/drive.js'
import { thisMonth } from '../support/noon-zone.js'
import { reachedIn } from '../support/progress.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

describe('the candidates of a release', () => {
  let stack: Stack
  let shop: Channel
  let api: Api
  let head: string
  let second = ''
  const version = `${thisMonth}.1`
  const branch = `release/v${version}`
  const note = (text: string) => ({ 'NOTES.md': text })
  const commit = (message: string, files: Record<string, string>, on?: string): Promise<string> =>
    stack.embedded.demo.repository.commit({
      message,
      files,
      author: demoAuthors.bob,
      ...(on === undefined ? {} : { branch: on }),
    })

  let out = ''
  const cut = async (title: string, more = ''): Promise<string> => {
    const answer = await shop.ask(alice, `cut shop "${title}" ${more}`, /Cut `/)
    return /Cut `([^`]+)-rc\.1`/.exec(answer)?.[1] ?? ''
  }

  beforeAll(async () => {
    stack = await startStack({
      configure: (yaml) =>
        yaml.replace(
          '    version: calendar\n',
          '    version: calendar\n    types: { fix: { approvals: 0, acceptance: false } }\n',
        ),
    })
    shop = channelOf(stack.slack)
    api = apiOf(stack.url)
    head = await stack.embedded.demo.repository.head()
  })
  afterAll(async () => stack?.close())

  test('[S5.6] [S5.9] rc.1 is accepted in staging', async () => {
    await shop.ask(alice, 'cut shop "Autumn" --from main', /Cut `/)
    await shop.press(alice, /Promote to staging/)
    await shop.press(quinn, /^Accept/)
    await shop.cardSays(/staging ✅ accepted/)

    expect(await api.release(version)).toMatchObject({ candidates: [{ commit: head, state: 'ready' }] })
  })

  test('[S5.7] [S4.3] only a cherry-pick adds to what is cut: rc.2 on a branch of its own, rc.1 intact', async () => {
    const before = await api.release(version)
    const fix = await commit('Fix the footer', { 'FOOTER.md': 'fixed\n' })
    await commit('Something else', { 'ELSE.md': 'else\n' })
    const untouched = await api.release(version)
    const answer = await shop.ask(alice, `cherry-pick ${fix.slice(0, 9)} onto ${version}`, /Picked/)
    await until('rc.2 in integration', async () =>
      (await api.release(version)).deployments.some(
        ({ candidate, environment, state }) =>
          candidate === `${version}-rc.2` && environment === 'integration' && state === 'accepted',
      ),
    )
    const after = await api.release(version)
    const { repository } = stack.embedded.demo

    expect(untouched.candidates).toEqual(before.candidates)
    expect(answer).toContain(`${version}-rc.2`)
    expect(after.candidates[0]).toEqual(before.candidates[0])
    expect(after.candidates[1]?.commit).toBe(await repository.head(branch))
    expect(await until('the tag', () => repository.tag(`v${version}-rc.2`))).toBe(after.candidates[1]?.commit)
    expect(after.candidates[1]?.artifactDigest).not.toBe(after.candidates[0]?.artifactDigest)
  })

  test('[S5.9] what rc.1 was accepted for does not carry to rc.2', async () => {
    const answer = await shop.ask(alice, `promote shop ${version}-rc.2 to production`, /staging/)

    expect(answer).toMatch(/not accepted in staging/)
  })

  test('[S5.8] a commit that is already contained makes no candidate', async () => {
    const answer = await shop.ask(alice, `cherry-pick ${head} onto ${version}`, /Already contained/)

    expect(answer).toContain(head.slice(0, 7))
    expect((await api.release(version)).candidates).toHaveLength(2)
  })

  test('a pull request where no forge is configured, and a commit that does not exist, are refused', async () => {
    const unknown = await shop.ask(alice, `cherry-pick #4812 onto ${version}`, /did not pick/)
    const nothing = await shop.ask(alice, `cherry-pick deadbeef onto ${version}`, /did not do anything/)

    expect(unknown).toMatch(/did not pick.*no commit of main names it, and no forge/is)
    expect(nothing).toMatch(/no branch, tag or commit/)
    expect((await api.release(version)).candidates).toHaveLength(2)
  })

  test('promoting an older candidate while a newer one is good asks, and goes on when confirmed', async () => {
    await shop.command(alice, `promote shop ${version}-rc.1 to production`)
    const question = await shop.answer(alice, /newer and ready/)
    const before = await api.release(version)
    await shop.pressIn(alice, question, /all the same/)
    await shop.answer(alice, /Prepared/)
    await reachedIn(api, version, { environment: 'production', state: 'prepared' })
    const after = await api.release(version)

    expect(before.deployments.map((one) => one.environment)).not.toContain('production')
    expect(after.deployments.at(-1)).toMatchObject({ environment: 'production', state: 'prepared' })
    expect(after.deployments.at(-1)?.candidate).toBe(`${version}-rc.1`)
  })

  test('[S5.8] a conflict makes no candidate, and the thread shows the file, both authors and how to go on', async () => {
    await commit('First line', note('one\n'))
    second = await commit('Second thoughts', note('two\n'))
    const answer = await shop.ask(alice, `cherry-pick ${second} onto ${version}`, /conflict/)
    const card = wholeText(await shop.cardSays(/NOTES\.md/))
    const told = await until('the line in the thread', async () =>
      (await shop.thread()).find((line) => /NOTES\.md/.test(line)),
    )

    expect(answer).toMatch(/did not make a candidate/)
    expect(answer).toContain('NOTES.md')
    expect(card).toMatch(/Conflict/)
    expect(told).toMatch(/NOTES\.md.*Bob.*Resolve it on release/s)
    expect((await api.release(version)).candidates).toHaveLength(2)
    await shop.ask(alice, `cherry-pick continue onto ${version}`, /Nothing new is on/)
    await shop.ask(alice, `cherry-pick ${head} onto ${version}`, /in conflict .* comes first/)
  })

  test('[S5.8] resolved on the branch, the pick goes on and becomes rc.3', async () => {
    const message = `Second thoughts, for this release\n\n(cherry picked from commit ${second})`
    const resolved = await commit(message, note('two for now\n'), branch)
    await shop.press(alice, /Continue pick/)
    await shop.cardSays(/rc\.3/)
    const { candidates } = await api.release(version)

    expect(candidates).toHaveLength(3)
    expect(candidates[2]?.commit).toBe(resolved)
    await until('the button to go', async () =>
      (await shop.buttons()).every(({ label }) => label !== 'Continue pick'),
    )
  })

  test('[S5.8] a conflict can be skipped instead', async () => {
    const third = await commit('Third thoughts', note('three\n'))
    await shop.ask(alice, `cherry-pick ${third} onto ${version}`, /conflict/)
    await shop.press(alice, /Skip this commit/)
    const answer = wholeText(await shop.answer(alice, /Skipped/))

    expect(answer).toContain(`${version}-rc.3`)
    expect((await api.release(version)).candidates).toHaveLength(3)
  })

  test('[S5.12] a later cut that lacks a live pick is refused; who may override says why, and it shows', async () => {
    const refused = await shop.ask(alice, `cut shop "Too early" --from ${head}`, /lacks commit/)
    await shop.ask(alice, `cut shop "Too early" --from ${head} --override "only a rehearsal"`, /Cut `/)
    const card = wholeText(await shop.cardSays(/only a rehearsal/))

    expect(refused).toContain(version)
    expect(card).toContain('Too early')
    expect((await api.releases()).map(({ title }) => title)).toContain('Too early')
    const events = await api.events(version.replace(/1$/, '2'))
    expect(events.map(({ says }) => says).join('\n')).toMatch(/overridden: it lacks .*only a rehearsal/)
  })

  test('[S5.12] a cut that has it is not', async () => {
    const answer = await shop.ask(alice, 'cut shop "Trunk"', /Cut `/)

    expect(answer).toContain(await stack.embedded.demo.repository.head())
  })

  test('[S5.18] each candidate lists what it has since what runs in production, picks included', async () => {
    const drive = driveOf(stack)
    await commit('Ship it', { 'SHIP.md': 'it\n' })
    out = await cut('Out', '--type fix')
    await drive.reaches(out, 'integration', 'accepted')
    await drive.promote(out, 'staging')
    await drive.reaches(out, 'staging', 'accepted')
    await drive.promote(out, 'production')
    await until('it to be out', async () => (await api.release(out)).state === 'released')

    await commit('Trunk moves on', { 'ON.md': 'on\n' })
    const next = await cut('Next')
    const since = `What's in it\\* since ${out}:`
    const cutCard = new RegExp(`${since} 1 commit, 1 author\n• Trunk moves on`)
    await shop.cardSays(cutCard, next)
    const fix = await commit('Hot fix', { 'HOT.md': 'fix\n' })
    await shop.ask(alice, `cherry-pick ${fix} onto ${next}`, /Picked/)
    const pickCard = new RegExp(`${since} 2 commits, 1 author\n• Hot fix.*\n• Trunk moves on`)

    expect(wholeText(await shop.cardSays(pickCard, next))).not.toMatch(/Takes out/)
  })

  test('[S5.18] one that lacks what runs there says what it would take out, and diff says which is behind', async () => {
    const old = await cut('Old', `--from ${head} --override "only a rehearsal"`)
    const card = wholeText(await shop.cardSays(/Takes out/, old))
    const behind = await shop.ask(alice, `diff shop ${old} vs ${out}`, /against/)
    const ahead = await shop.ask(alice, `diff shop ${out} vs ${old}`, /against/)

    expect(card).toMatch(new RegExp(`Takes out\\* \\d+ commits of ${out}:\n• Ship it`))
    expect(behind).toMatch(new RegExp(`${old}-rc\\.1 has 0 commits .* \\d+ commits behind ${out}-rc\\.1`))
    expect(behind).toMatch(/Behind by.*Ship it/s)
    expect(behind).not.toMatch(/they are the same/)
    expect(ahead).not.toMatch(/behind/i)
  })
})
