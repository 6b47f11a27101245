import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, apiOf } from '../support/api.js'
import { alice, bob, type Channel, carol, channelOf, quinn, wholeText } from '../support/channel.js'
import { thisMonth } from '../support/noon-zone.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

const discipline = `    checklist:
      - { item: QA sign-off, role: qa, before: production }
    types:
      fix: { approvals: 0, acceptance: false, checklist: false }
      express: { approvals: 0, acceptance: false, checklist: false, promote: automatic }
    environments:
`

/** A checklist, a ticket for production, a type that goes straight through, and a tester who also releases. */
function configure(yaml: string): string {
  return yaml
    .replace('    environments:\n', discipline)
    .replace('qa: [U01QUINN]', 'qa: [U01QUINN, U01BOB]')
    .replace('fourEyes: true }', 'fourEyes: true }\n        change: { pattern: "CHG-[0-9]+" }')
}

describe('a release under control', () => {
  let stack: Stack
  let shop: Channel
  let api: Api
  const first = `${thisMonth}.1`
  const drafts = () => api.releases('?state=draft')
  const stored = async (version: string) =>
    stack.database.db
      .selectFrom('releases')
      .selectAll()
      .where('version', '=', version as never)
      .executeTakeFirstOrThrow()

  beforeAll(async () => {
    stack = await startStack({ configure })
    shop = channelOf(stack.slack)
    api = apiOf(stack.url)
  })
  afterAll(async () => stack?.close())

  test('[S1.1] [S4.2] a draft has title, description, plan, scope and links, and no version', async () => {
    await shop.ask(
      alice,
      'draft shop "Gift" --description "For December" --planned 2026-12-24 --scope "The gift page" --link https://wiki.example/gift',
      /Drafted/,
    )
    const card = wholeText(await shop.cardSays(/Gift/))

    expect(card).toMatch(/draft/)
    expect(card).toMatch(/For December/)
    expect(card).toMatch(/The gift page/)
    expect(card).toMatch(/wiki\.example/)
    expect(card).toMatch(/Planned/i)
    expect(await drafts()).toMatchObject([
      { title: 'Gift', description: 'For December', version: null, candidates: [], links: [] },
    ])
  })

  test('[S1.1] while it is a draft, title and description can be edited', async () => {
    await shop.ask(alice, 'edit shop "Gift" --title "Gifts" --description "For everybody"', /Changed/)
    const card = wholeText(await shop.cardSays(/Gifts/))

    expect(card).toMatch(/For everybody/)
    expect(await drafts()).toMatchObject([{ title: 'Gifts', description: 'For everybody' }])
  })

  test('[S1.1] an empty or endless title makes no release', async () => {
    await shop.ask(alice, `draft shop "${'x'.repeat(130)}"`, /did not/)

    expect(await drafts()).toHaveLength(1)
  })

  test('[S4.2] [S5.3] cut, the draft keeps its plan and gets version and candidate', async () => {
    await shop.ask(alice, 'cut shop --draft "Gifts"', /Cut `/)
    await shop.cardSays(/integration ✅ accepted/, first)
    const release = await stored(first)

    expect(await drafts()).toEqual([])
    expect(release).toMatchObject({ title: 'Gifts', type: 'feature', state: 'open' })
    expect(release.planned_at?.toISOString()).toBe('2026-12-24T00:00:00.000Z')
    expect(release.detail).toMatchObject({ scope: 'The gift page', links: ['https://wiki.example/gift'] })
  })

  test('[S1.1] once it is cut, its words stay as they are; its plan may still move', async () => {
    const refused = await shop.ask(alice, `edit shop ${first} --title "Presents"`, /did not edit/)
    await shop.ask(alice, `edit shop ${first} --planned 2026-12-20`, /Changed/)
    await until('the new date', async () =>
      (await stored(first)).planned_at?.toISOString().startsWith('2026-12-20'),
    )

    expect(refused).toMatch(/Only a draft/)
    expect((await api.release(first)).title).toBe('Gifts')
  })

  test('[S4.5] [S4.13] approved twice, production still waits for its checklist and its ticket', async () => {
    await shop.press(alice, /Promote to staging/, first)
    await shop.press(quinn, /^Accept/, first)
    await shop.press(bob, /Promote to production/, first)
    await shop.press(alice, /^Approve/, first)
    await shop.press(carol, /^Approve/, first)
    await shop.cardSays(/2 of 2|waits for its last conditions/, first)

    expect((await api.environment('production')).current).toBeNull()
    expect((await api.release(first)).deployments.at(-1)).toMatchObject({ state: 'prepared' })
    expect((await api.release(first)).phase).toBe('preparing')
  })

  test('[U.10] why names the box and the ticket that block it, since when, who can end it, and what follows', async () => {
    const answer = await shop.learn(alice, `why ${first}`, /waits/)

    expect(answer).toMatch(/QA sign-off.* is not ticked/)
    expect(answer).toMatch(/No change ticket/)
    expect(answer).toMatch(/Since/)
    expect(answer).toMatch(new RegExp(`Who can end it: qa: .*<@${quinn}>`))
    expect(answer).toMatch(/deployed to production by itself/)
    expect(answer).not.toMatch(/approvals/)
  })

  test('[U.10] plan tries the way to the top with its gates and earliest times, and starts nothing', async () => {
    const before = await api.release(first)
    const answer = await shop.learn(alice, `plan ${first}`, /The way of/)

    expect(answer).toMatch(/✅ \*staging\* accepted/)
    expect(answer).toMatch(/“QA sign-off” ticked by qa/)
    expect(answer).toMatch(/a change ticket like/)
    expect(answer).toMatch(/\*production\*[\s\S]*Starts: <!date/)
    expect(await api.release(first)).toEqual(before)
  })

  test('diff says which commits, authors and files are new since what runs there', async () => {
    const { repository } = stack.embedded.demo
    const answer = await shop.learn(alice, `diff ${first} vs production`, /commits? by/)
    const same = await shop.learn(alice, `diff ${first} vs staging`, /0 commits/)

    expect(answer).toContain((await repository.head()).slice(0, 7))
    expect(answer).toMatch(/\*Authors\* .*Alice/)
    expect(answer).toMatch(/nothing that runs yet/)
    expect(same).toMatch(/they are the same/)
  })

  test('[S4.6] a box is not ticked by another role, nor by whoever asked for the deployment', async () => {
    const other = await shop.ask(carol, `checklist tick "QA sign-off" ${first}`, /did not/)
    const own = await shop.ask(bob, `checklist tick "QA sign-off" ${first}`, /did not tick/)

    expect(other).toMatch(/qa/)
    expect(own).toMatch(/another person/)
    expect((await stored(first)).detail).toMatchObject({ checklist: [{ tickedBy: null }] })
  })

  test('[S4.5] ticked in the card, the box keeps who and when, and production still wants its ticket', async () => {
    await shop.press(quinn, /Tick QA sign-off/, first)
    const card = wholeText(await shop.cardSays(/done: QA sign-off/, first))
    const { detail } = await stored(first)

    expect(card).toContain(`<@${quinn}>`)
    expect(detail).toMatchObject({ checklist: [{ tickedBy: quinn, tickedAt: expect.any(String) }] })
    expect((await api.events(first)).map(({ kind, actor }) => [kind, actor])).toContainEqual([
      'checklist.ticked',
      quinn,
    ])
    expect((await api.environment('production')).current).toBeNull()
  })

  test('[S4.5] the checklist is shown with who ticks what and a button each, which takes a tick back and sets it', async () => {
    const shown = async (state: RegExp) => {
      await shop.command(quinn, `checklist ${first}`)
      return shop.answer(quinn, state)
    }
    await shop.pressIn(quinn, await shown(/1 of 1 ticked/), /^Untick$/)
    await shop.cardSays(/open: QA sign-off/, first)
    const open = await shown(/0 of 1 ticked/)
    await shop.pressIn(quinn, open, /^Tick$/)
    await shop.cardSays(/done: QA sign-off/, first)

    expect(wholeText(open)).toMatch(
      new RegExp(`☐ \\*QA sign-off\\* — for qa .*<@${quinn}>.*before production`),
    )
    expect(wholeText(await shown(/1 of 1 ticked/))).toContain(`☑ *QA sign-off* — <@${quinn}>`)
  })

  test('[S4.13] a link that is no ticket opens nothing; the ticket opens the last gate', async () => {
    await shop.ask(alice, `edit shop ${first} --link https://wiki.example/CHG-1`, /Changed/)
    const before = (await api.release(first)).deployments.at(-1)?.state
    await shop.ask(alice, `edit shop ${first} --link CHG-4711`, /Changed/)
    await shop.cardSays(/production 🧪/, first)

    expect(before).toBe('prepared')
    expect((await api.environment('production')).current).toMatchObject({ version: first })
  })

  test('[S4.15] a release whose planned day is over counts as overdue', async () => {
    const past = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10)
    await shop.ask(alice, `edit shop ${first} --planned ${past} --past`, /Changed/)
    const overdue = await shop.learn(alice, 'metrics shop', /\*Overdue\* 1/)

    expect(overdue).toMatch(/0 released, 0 of them with a planned day/)
    expect((await api.release(first)).schedule).toMatchObject({
      plannedFor: past,
      slipDays: null,
      tookMs: null,
    })
  })

  test('[S4.7] the phases of the release are there with when they were entered and left', async () => {
    await shop.press(alice, /^Accept/, first)
    await shop.cardSays(/released/, first)
    const { phases } = (await stored(first)).detail

    expect(phases.map(({ phase }) => phase)).toEqual([
      'planning',
      'building',
      'testing',
      'preparing',
      'deploying',
    ])
    expect(phases.every(({ enteredAt, leftAt }) => leftAt !== null && leftAt >= enteredAt)).toBe(true)
    expect((await api.release(first)).phases).toEqual(phases)
  })

  test('[S4.15] plan and release, the slip, and how long each phase took are on the card, in status, metrics and API', async () => {
    const { schedule, phases, releasedAt } = await api.release(first)
    const { plannedFor, releasedOn, slipDays, tookMs } = schedule
    const days = (Date.parse(releasedOn ?? '') - Date.parse(plannedFor ?? '')) / 86_400_000
    const cutAt = phases.find(({ phase }) => phase === 'building')?.enteredAt ?? ''
    const line = new RegExp(
      `Planned\\* ${plannedFor}, ${days} days late · \\*From cut to release\\* .*planning .*building .*testing .*preparing .*deploying`,
    )
    const card = wholeText(await shop.cardSays(/Planned/, first))
    const status = await shop.learn(alice, `status ${first}`, /released/)
    const metrics = await shop.learn(alice, 'metrics shop', /predictability/)

    expect(days).toBeGreaterThan(0)
    expect(slipDays).toBe(days)
    expect(tookMs).toBe(Date.parse(releasedAt ?? '') - Date.parse(cutAt))
    expect(schedule.phases.map(({ phase }) => phase)).toEqual(phases.map(({ phase }) => phase))
    expect(schedule.phases.map(({ ms }) => ms)).toEqual(
      phases.map(({ enteredAt, leftAt }) => Date.parse(leftAt ?? '') - Date.parse(enteredAt)),
    )
    expect(card).toMatch(line)
    expect(status).toMatch(line)
    expect(metrics).toMatch(/1 released, 1 of them with a planned day/)
    expect(metrics).toMatch(new RegExp(`On time\\* 0 %.*median slip: ${days} days late`))
    expect(metrics).toMatch(new RegExp(`${first}: planned ${plannedFor}, released ${releasedOn}`))
  })

  test('[S4.8] [S4.12] a fix goes straight through every environment, driven by one developer alone', async () => {
    const fix = `${thisMonth}.2`
    await shop.ask(alice, 'cut shop "A fix" --type fix', /Cut `/)
    await shop.cardSays(/integration ✅/, fix)
    await shop.ask(alice, `edit shop ${fix} --link CHG-4712`, /Changed/)
    const skipped = await shop.ask(alice, `promote shop ${fix}-rc.1 to production`, /staging/)
    await shop.press(alice, /Promote to staging/, fix)
    await shop.cardSays(/staging ✅/, fix)
    await shop.press(alice, /Promote to production/, fix)
    await shop.cardSays(/released/, fix)
    const { deployments } = await api.release(fix)

    expect(skipped).toMatch(/not accepted in staging/)
    expect(deployments.map(({ environment, state }) => [environment, state])).toEqual([
      ['integration', 'accepted'],
      ['staging', 'accepted'],
      ['production', 'accepted'],
    ])
  })

  test('[S4.8] a type that goes up by itself takes each step once its gates are open, without a press', async () => {
    const express = `${thisMonth}.3`
    await shop.ask(alice, 'cut shop "At once" --type express', /Cut `/)
    const plan = await shop.learn(alice, `plan ${express}`, /production/)
    await until('the step to production', async () =>
      (await api.release(express)).deployments.some(
        ({ environment, state }) => environment === 'production' && state === 'prepared',
      ),
    )
    await shop.ask(alice, `edit shop ${express} --link CHG-4714`, /Changed/)
    await until('the release', async () => (await api.release(express)).state === 'released')
    const { id } = await stored(express)
    const steps = await stack.database.db
      .selectFrom('deployments')
      .select(['environment', 'state', 'requested_by'])
      .where('release_id', '=', id)
      .orderBy('prepared_at')
      .execute()

    expect(plan).not.toMatch(/promotes it/)
    expect(steps.map((step) => [step.environment, step.state, step.requested_by])).toEqual([
      ['integration', 'accepted', alice],
      ['staging', 'accepted', 'slipway'],
      ['production', 'accepted', 'slipway'],
    ])
  })

  test('[S4.8] [S3.16] a hotfix is cut from what runs in production, and passes staging by an override with a reason only', async () => {
    const hotfix = `${thisMonth}.4`
    const running = (await api.environment('production')).current?.commit ?? ''
    const answer = await shop.ask(alice, 'cut shop "Hot" --type hotfix', /Cut `/)
    await shop.ask(alice, `edit shop ${hotfix} --link CHG-4713`, /Changed/)
    await shop.cardSays(/integration ✅/, hotfix)
    const refused = await shop.ask(bob, `promote shop ${hotfix}-rc.1 to production`, /did not/)
    await shop.ask(bob, `promote shop ${hotfix}-rc.1 to production --override "users cannot pay"`, /Prepared/)
    const card = wholeText(await shop.cardSays(/users cannot pay/, hotfix))

    expect(answer).toContain(running)
    expect(refused).toMatch(/staging/)
    expect(card).toMatch(/[Hh]otfix/)
    expect((await api.events(hotfix)).map(({ says }) => says).join('\n')).toMatch(
      /overridden: not accepted in staging\. Reason: users cannot pay/,
    )
    expect((await api.release(hotfix)).deployments.at(-1)).toMatchObject({ state: 'prepared' })
  })

  test('[S4.16] every release and deployment records the hash of the configuration it was made with', async () => {
    const { db } = stack.database
    const configurations = await db.selectFrom('configurations').select('hash').execute()
    const releases = await db.selectFrom('releases').select('config_hash').execute()
    const deployments = await db.selectFrom('deployments').select('config_hash').execute()
    const hashes = new Set([...releases, ...deployments].map((row) => row.config_hash))

    expect([...hashes]).toEqual(configurations.map(({ hash }) => hash))
  })
})
