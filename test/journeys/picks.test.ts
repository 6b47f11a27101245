/** What is really in a candidate: two apps of one repository, picks over HTTPS, and what people push in between. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSlackWindow, type SlackWindow } from '../../local/slack-window.js'
import { type Api, apiOf } from '../support/api.js'
import { alice, bob, type Channel, channelOf, wholeText } from '../support/channel.js'
import { openForm } from '../support/forms.js'
import { type GitJourney, startGitJourney } from '../support/git-journey.js'
import { thisMonth } from '../support/noon-zone.js'
import { until } from '../support/until.js'

describe('what is in a candidate', () => {
  let journey: GitJourney
  let shop: Channel
  let general: Channel
  let api: Api
  let web: Api
  let window: SlackWindow
  const version = `${thisMonth}.1`
  const branch = `release/v${version}`

  beforeAll(async () => {
    journey = await startGitJourney({
      shop: [],
      web: ['tag: web-v{version}'],
      docs: [
        'tag: docs-v{version}',
        'notesChannel: C01SHOP',
        'environments:',
        '  - { name: live, accept: { from: [qa] }, patch: { run: "true" } }',
      ],
    })
    shop = channelOf(journey.stack.slack)
    general = channelOf(journey.stack.slack, 'C01GENERAL')
    api = apiOf(journey.stack.url)
    web = apiOf(journey.stack.url, 'web')
    window = await openSlackWindow(journey.stack.embedded.slackUrl ?? '')
    await journey.commit('Base', { 'both.txt': 'one\n' })
    await shop.ask(alice, 'cut shop "Shop"', /Cut `/)
    await general.ask(bob, 'cut web "Web"', /Cut `/)
  })
  afterAll(async () => {
    window?.end()
    await journey?.close()
  })

  /** The changes from a release's first candidate to its newest one, by patch, oldest first. */
  const patches = async (from: string, to: string): Promise<readonly string[]> => {
    const log = await journey.git('rev-list', '--reverse', `${from}..${to}`)
    return Promise.all(log.split('\n').filter(Boolean).map(patchOf))
  }
  const patchOf = async (sha: string): Promise<string> =>
    journey.git('diff-tree', '--no-commit-id', '-p', '--root', sha)
  const candidates = async (of: Api): Promise<readonly string[]> =>
    (await of.release(version)).candidates.map(({ commit }) => commit)
  const newest = async (of: Api, count: number): Promise<string> =>
    until(`candidate ${count}`, async () => (await candidates(of))[count - 1])

  test('[G.1] two apps of one repository pick at once, each onto a branch of its own', async () => {
    const forShop = await journey.commit('For the shop', { 'shop.txt': 'shop\n' })
    const forWeb = await journey.commit('For the web', { 'web.txt': 'web\n' })
    const answers = await Promise.all([
      shop.ask(alice, `cherry-pick ${forShop} onto ${version}`, /Picked/),
      general.ask(bob, `cherry-pick ${forWeb} onto ${version} --app web`, /Picked/),
    ])
    const [shopBase = ''] = await candidates(api)
    const [webBase = ''] = await candidates(web)

    expect(answers[0]).toContain(forShop.slice(0, 7))
    expect(answers[1]).toContain(forWeb.slice(0, 7))
    expect(await patches(shopBase, await newest(api, 2))).toEqual([await patchOf(forShop)])
    expect(await patches(webBase, await newest(web, 2))).toEqual([await patchOf(forWeb)])
    expect(await journey.git('rev-parse', branch)).toBe(await newest(api, 2))
    expect(await journey.git('rev-parse', `release/web-v${version}`)).toBe(await newest(web, 2))
  })

  test('[G.1] a conflict is not resolved by whatever is pushed: it is shown, and waits for a person who saw it', async () => {
    await journey.commit('Two', { 'both.txt': 'two\n' })
    const three = await journey.commit('Three', { 'both.txt': 'three\n' })
    await shop.ask(alice, `cherry-pick ${three} onto ${version}`, /conflict/)
    const foreign = await journey.commit('Something <!channel> else', { 'UNRELATED.txt': 'x\n' }, branch)
    const answer = await shop.ask(alice, 'cherry-pick continue --app shop', /did not continue/)
    const card = wholeText(await shop.cardSays(/none names/))

    expect(answer).toContain(foreign.slice(0, 7))
    expect(answer).toMatch(/None of the new commits .* says that it is/)
    expect(answer).not.toContain('<!channel>')
    expect(card).toContain(foreign.slice(0, 7))
    expect(await candidates(api)).toHaveLength(2)
  })

  test('[G.1] what is confirmed is exactly what was shown: something newer is asked about again', async () => {
    const form = await openForm(window, async () => {
      await shop.press(alice, /Look and confirm/)
    })
    const shown = JSON.stringify(form.blocks)
    const resolved = await journey.commit(
      `Three, here\n\n(cherry picked from commit ${await journey.git('rev-parse', 'main')})`,
      { 'both.txt': 'three here\n' },
      branch,
    )
    await window.submit(alice, {})
    const again = wholeText(await shop.answer(alice, /Besides the resolution/))

    expect(shown).toContain('Something')
    expect(again).not.toContain(resolved.slice(0, 7))
    expect(await candidates(api)).toHaveLength(2)
  })

  test('[G.1] confirmed, it is in the candidate and on the card with whoever let it in', async () => {
    await openForm(window, async () => {
      await shop.press(bob, /Look and confirm/)
    })
    await window.submit(bob, {
      comment: { value: { type: 'plain_text_input', value: 'asked for by sales' } },
    })
    const third = await newest(api, 3)
    const card = wholeText(await shop.cardSays(/Besides the picks/))
    const events = await api.events(version)
    const confirmed = events.find(({ kind }) => kind === 'pick.confirmed')

    expect(await journey.git('rev-parse', branch)).toBe(third)
    expect(card).toMatch(/Picked since\*: 2 commits/)
    expect(card).toMatch(/confirmed by <@U01BOB>/)
    expect(confirmed).toMatchObject({ actor: bob })
    expect(confirmed?.says).toMatch(/Something/)
  })

  test('[G.1] a resolution that says what it picks goes on by itself', async () => {
    await journey.commit('Four', { 'both.txt': 'four\n' })
    const five = await journey.commit('Five', { 'both.txt': 'five\n' })
    await shop.ask(alice, `cherry-pick ${five} onto ${version}`, /conflict/)
    await journey.commit(`Five\n\n(cherry picked from commit ${five})`, { 'both.txt': 'five here\n' }, branch)
    const answer = await shop.ask(alice, 'cherry-pick continue --app shop', /Picked/)

    expect(answer).toContain(five.slice(0, 7))
    expect(await journey.git('show', `${await newest(api, 4)}:both.txt`)).toBe('five here')
    expect((await api.events(version)).filter(({ kind }) => kind === 'pick.confirmed')).toHaveLength(1)
  })

  test('[G.2] a pull request is found by its subject where no forge is configured; others are refused', async () => {
    const squash = await journey.commit('Add the basket (#17)', { 'basket.txt': 'x\n' })
    const answer = await shop.ask(alice, `cherry-pick #17 onto ${version}`, /Picked/)
    const unknown = await shop.ask(alice, `cherry-pick #18 onto ${version}`, /did not pick/)

    expect(answer).toContain(squash.slice(0, 7))
    expect(unknown).toMatch(/no commit of main names it, and no forge is configured/)
  })

  test('[G.1] a range is all of its commits, a merge says its side, and the card counts what came', async () => {
    const base = await journey.git('rev-parse', 'main')
    const one = await journey.commit('Range one', { 'r1.txt': 'x\n' })
    const side = await journey.commit('On the side', { 'side.txt': 'x\n' }, 'side')
    const tree = await journey.git('merge-tree', '--write-tree', one, side)
    const merge = await journey.git('commit-tree', '-p', one, '-p', side, '-m', 'Merge side', tree)
    await journey.git('update-ref', 'refs/heads/main', merge)
    const answer = await shop.ask(
      alice,
      `cherry-pick ${base.slice(0, 9)}..${merge.slice(0, 9)} onto ${version}`,
      /Picked/,
    )
    const before = await newest(api, 5)
    const after = await newest(api, 6)
    const card = wholeText(await shop.cardSays(/Picked since\*: 2 commits/))

    expect(answer).toContain(`\`${merge.slice(0, 7)}\` against \`${one.slice(0, 7)}\``)
    expect(await journey.git('diff', '--name-only', before, after)).toBe('r1.txt\nside.txt')
    expect(card).toMatch(/Merges\* as they changed their first parent/)
    expect(await shop.ask(alice, `cherry-pick ${merge}..${base} onto ${version}`, /no commit in/)).toMatch(
      /Write the older one first/,
    )
  })

  test('[G.4] a remote that refuses a branch is told as one that refuses; another branch in the way is gone round', async () => {
    await shop.ask(alice, 'cut shop "Second"', /Cut `/)
    const second = version.replace(/1$/, '2')
    const fix = await journey.commit('A fix', { 'fix.txt': 'x\n' })
    journey.server.refuse('shop.git', 'refs/heads/*', 'GH013: branches are protected')
    const refused = await shop.ask(alice, `cherry-pick ${fix} onto ${second}`, /did not do it/)
    journey.server.refuse('shop.git', '', null)
    for (const ref of (await journey.git('for-each-ref', '--format=%(refname)', 'refs/heads/release/')).split(
      '\n',
    ))
      await journey.git('update-ref', '-d', ref)
    await journey.git('update-ref', 'refs/heads/release', await journey.git('rev-parse', 'main'))
    const answer = await shop.ask(alice, `cherry-pick ${fix} onto ${second}`, /Picked/)

    expect(refused).toMatch(/The repository refused: .*GH013/)
    expect(refused).not.toMatch(/does not answer/)
    expect(answer).toContain(fix.slice(0, 7))
    // The pick is answered a moment before its candidate is written.
    const picked = await until('the candidate', async () => (await api.release(second)).candidates[1])
    expect(await journey.git('rev-parse', `release-v${second}`)).toBe(picked.commit)
  })

  test('[G.11] [S5.12] a pick that trunk lacks is named by why, at released and by the next cut, until it is there', async () => {
    const docs = apiOf(journey.stack.url, 'docs')
    const main = await journey.git('rev-parse', 'main')
    await journey.git('update-ref', 'refs/heads/urgent', main)
    await general.ask(alice, `cut docs "Docs" --from ${main}`, /Cut `/)
    const typo = await journey.commit('Mend a typo', { 'typo.txt': 'x\n' }, 'urgent')
    const other = await journey.commit('Mend a link', { 'link.txt': 'x\n' }, 'urgent')
    const onto = `onto ${version} --app docs --override "users wait"`
    await general.ask(alice, `cherry-pick ${typo} ${other} ${onto}`, /Picked/)
    const why = await general.learn(alice, `why docs ${version}`, /is not on/)
    const live = async () =>
      (await docs.release(version)).deployments.findLast(({ candidate }) => /rc\.2/.test(candidate ?? ''))
    await until('it to wait for acceptance', async () => (await live())?.state === 'awaiting_acceptance')
    await general.ask(alice, `accept docs ${version}-rc.2 live`, /Accepted|accepted/)
    const said = await until('the line at released', async () =>
      (await docs.events(version)).find(({ kind }) => kind === 'pick.off_trunk'),
    )
    const refused = await general.ask(alice, 'cut docs "Next"', /lacks commit/)

    expect(why).toMatch(/Mend a typo.*is not on `main`/)
    expect(why).toMatch(/Mend a link.*is not on `main`/)
    expect(said.says).toMatch(/lacks: .*Mend a typo.*Mend a link/)
    expect(refused).toContain(version)

    // Under another id, beside other changes: the patch is what counts.
    await journey.commit('Something first', { 'first.txt': 'x\n' })
    await journey.commit('Mend a typo (#31)', { 'typo.txt': 'x\n' })
    await general.ask(alice, `on-trunk docs ${version}`, /Looking on/)
    await until(
      'only the link to be missing',
      async () => (await docs.release(version)).offTrunk?.total === 1,
    )
    await general.ask(
      alice,
      `on-trunk docs ${version} --commit ${other.slice(0, 9)} --reason "the page is gone"`,
      /in another form/,
    )
    await until('nothing to be missing', async () => (await docs.release(version)).offTrunk?.total === 0)

    expect(await general.learn(alice, `why docs ${version}`, /Nothing blocks/)).not.toMatch(/is not on/)
    expect(await general.ask(alice, 'cut docs "Next"', /Cut `/)).toContain(version.replace(/1$/, '2'))
  })

  test('[G.8] notes are drafted at the cut, edited in a form, frozen and published once at released', async () => {
    const docs = apiOf(journey.stack.url, 'docs')
    await journey.commit('feat(cart): sell <!channel> umbrellas (#41)\n\nFor DOCS-7', { 'cart.txt': 'x\n' })
    await journey.commit('fix: count @everyone (#42)', { 'count.txt': 'x\n' })
    const answer = await general.ask(alice, 'cut docs "Noted"', /Cut `/)
    const noted = /Cut `([^`]+)-rc\.1`/.exec(answer)?.[1] ?? ''
    const path = `/api/v1/apps/docs/releases/${noted}/notes`
    const drafted = await until('the draft', async () => {
      const text = await docs.text(path)
      return text.includes('### New') ? text : null
    })
    await general.command(alice, `notes docs ${noted}`)
    const shown = await general.answer(alice, /Notes of docs/)
    const edit = () => general.pressIn(alice, shown, /Edit notes/)
    const form = await openForm(window, edit)
    const write = (text: string) =>
      window.submit(alice, { features: { value: { type: 'plain_text_input', value: text } } })
    await write('- Umbrellas & <!here> more\n- In every colour')
    const edited = await until('the edited notes', async () => {
      const text = await docs.text(path)
      return text.includes('every colour') ? text : null
    })
    await until('it to wait for acceptance', async () =>
      (await docs.release(noted)).deployments.some(({ state }) => state === 'awaiting_acceptance'),
    )
    await general.ask(alice, `accept docs ${noted}-rc.1 live`, /Accepted|accepted/)
    const published = async () =>
      (await shop.all()).map(wholeText).filter((text) => text.includes(`docs ${noted} is released`))
    await until('the notes in the channel', async () => (await published()).length > 0)
    await openForm(window, edit)
    await write('- Too late')
    const refused = wholeText(await general.answer(alice, /did not change the notes/))
    const [told = ''] = await published()

    expect(drafted).toMatch(
      /### New\n\n- cart: sell .*umbrellas \(#41\), Bob.*, DOCS-7\n\n### Fixed\n\n- count/,
    )
    expect(wholeText(shown)).not.toContain('<!channel>')
    expect(JSON.stringify(form.blocks)).toContain('count @everyone')
    expect(edited).toMatch(/### Fixed\n\n- count/)
    expect(told).toMatch(/• Umbrellas &amp; &lt;!here&gt; more\n• In every colour/)
    expect(told).toMatch(/\*Fixed\*\n• count/)
    expect(refused).toMatch(/published as they were then/)
    expect(await docs.text(path)).toBe(edited)
    expect(await published()).toHaveLength(1)
    expect((await docs.events(noted)).filter(({ kind }) => kind === 'release.notes_edited')).toHaveLength(1)
  })
})
