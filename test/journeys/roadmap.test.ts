import { afterAll, beforeAll, expect, test } from 'vitest'
import { alice, bob, type Channel, carol, quinn, wholeText } from '../support/channel.js'
import { type Drive, driveOf } from '../support/drive.js'
import { environmentsOf } from '../support/environments.js'
import { thisMonth } from '../support/noon-zone.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

/** A quarter's plan, from drafts to what was released. */
let stack: Stack
let shop: Channel
let drive: Drive
const first = `${thisMonth}.1`
const start = new Date()
const day = (ahead: number): string =>
  new Date(start.getTime() + ahead * 86_400_000).toISOString().slice(0, 10)
const weekend = `        windows:
          - { kind: deny, cron: "0 16 * * 5", duration: 64h, reason: weekend }
`
const checklist = `    checklist:
      - { item: Brief, role: qa, before: cut }
      - { item: QA sign-off, role: qa, before: production }
    types:
      fix: { checklist: false }
`

beforeAll(async () => {
  stack = await startStack({
    configure: (yaml) =>
      yaml
        .replace(/( {6}- name: production\n)/, `$1${weekend}`)
        .replace('    version: calendar\n', `    version: calendar\n${checklist}`),
  })
  drive = driveOf(stack)
  shop = drive.shop
})
afterAll(async () => stack?.close())

interface ApiRoadmap {
  readonly today: string
  readonly overdue: readonly ApiPlanned[]
  readonly ahead: readonly ApiPlanned[]
  readonly unplanned: readonly ApiPlanned[]
  readonly milestones: readonly { readonly kind: string; readonly reason: string }[]
}
interface ApiPlanned {
  readonly title: string
  readonly plannedFor: string | null
  readonly daysLate: number
  readonly waitsFor: readonly { readonly name: string; readonly done: boolean; readonly endangers: boolean }[]
}

const roadmap = async (): Promise<ApiRoadmap> =>
  JSON.parse(await drive.api.text('/api/v1/apps/shop/roadmap')) as ApiRoadmap

test('[S4.19] a day in words is read where the person is; one that is over is asked about and nothing is lost', async () => {
  await shop.ask(alice, 'draft shop "Checkout" --planned "in 72 hours" --scope "the basket"', /Drafted/)
  const [checkout] = await drive.api.releases('?state=draft')
  // Her calendar may be a day ahead of or behind that of the machine.
  expect([day(2), day(3), day(4)].map((one) => `${one}T00:00:00.000Z`)).toContain(checkout?.plannedAt)
  await shop.ask(alice, `edit Checkout --planned ${day(3)}`, /Changed Checkout/)
  // A day that is not over is no question.
  await shop.ask(alice, `draft shop "Advent" --planned ${day(0)}`, /Drafted/)

  const unread = await shop.ask(alice, 'draft shop "Never" --planned someday', /as a day/)
  expect(unread).toContain('next week')

  await shop.command(alice, `draft shop "Winter sale" -d "Snow" --planned ${day(-8)}`)
  const asked = await shop.answer(alice, /is over/)
  expect(wholeText(asked)).toContain(day(0))
  expect(await drive.api.releases('?state=draft')).toHaveLength(2)
  await shop.pressIn(alice, asked, new RegExp(`Plan it for ${day(-8)} all the same`))
  await shop.answer(alice, /Drafted/)
  expect((await drive.api.releases('?state=draft'))[0]).toMatchObject({
    ...{ title: 'Winter sale', description: 'Snow', plannedAt: `${day(-8)}T00:00:00.000Z` },
  })
})

test('[S4.17] planned releases stand together: overdue first, then by day, with owner, scope, what they wait for, and milestones', async () => {
  await shop.ask(alice, `draft shop "Loyalty" --planned ${day(2)} --after Checkout`, /Drafted/)
  await shop.ask(alice, 'draft shop "Some day"', /Drafted/)
  await shop.ask(carol, 'freeze shop for 2h because "Black Friday"', /frozen/i)

  const shown = await shop.learn(alice, 'roadmap shop', /frozen/)
  const order = ['Overdue', 'Winter sale', '8 days late', 'Loyalty', 'Checkout', 'No day yet', 'Some day']
  expect(order.map((text) => shown.indexOf(text)).filter((at) => at < 0)).toEqual([])
  expect(order.slice(0, 4).map((text) => shown.indexOf(text))).toEqual(
    order
      .slice(0, 4)
      .map((text) => shown.indexOf(text))
      .toSorted((one, other) => one - other),
  )
  expect(shown).toMatch(/frozen until .*Black Friday/)
  expect(shown).toMatch(/production closed from .*weekend/)
  expect(shown).toContain('scope: the basket')
  expect(shown).toContain(`<@${alice}>`)
  // It waits for what is planned for a later day.
  expect(shown).toMatch(/Loyalty.*waits for Checkout \(a draft, planned \S+ ⚠️ which does not fit\)/)

  const read = await roadmap()
  expect(read.overdue).toMatchObject([{ title: 'Winter sale', daysLate: 8 }])
  expect(read.ahead.map(({ title }) => title)).toEqual(['Advent', 'Loyalty', 'Checkout'])
  expect(read.unplanned.map(({ title }) => title)).toEqual(['Some day'])
  expect(read.milestones.map(({ reason }) => reason)).toEqual(
    expect.arrayContaining(['Black Friday', 'weekend']),
  )
  expect(await drive.api.text('/api/v1/apps/shop/roadmap.txt')).toMatch(/Overdue\n.*Winter sale/)
  await shop.ask(carol, 'thaw shop', /freeze is over/)
})

test('[S4.17] it is a picture too, in Slack and from the read API', async () => {
  const response = await fetch(`${stack.url}/api/v1/apps/shop/roadmap.png`)
  const bytes = new Uint8Array(await response.arrayBuffer())

  expect(response.headers.get('content-type')).toBe('image/png')
  expect([...bytes.slice(1, 4)].map((byte) => String.fromCharCode(byte)).join('')).toBe('PNG')
  await until('the picture in Slack', async () =>
    (await stack.slack.log()).some(({ summary }) => /upload .*shop-roadmap\.png/.test(summary)),
  )
})

test('[S4.17] two releases cannot wait for each other', async () => {
  const answer = await shop.ask(alice, 'edit Checkout --after Loyalty', /waits for this release itself/)

  expect(answer).toContain('did not')
  const planned = (await roadmap()).ahead.find(({ title }) => title === 'Checkout')
  expect(planned?.waitsFor).toEqual([])
})

test('[S4.18] a draft has its checklist: what stands before the cut is ticked there, and opens it', async () => {
  const shown = await shop.ask(quinn, 'checklist "Checkout"', /Brief/)
  expect(shown).toMatch(/Brief.*before the cut/)
  expect(shown).toMatch(/QA sign-off.*before production/)

  expect(await shop.ask(alice, 'cut shop --draft Checkout', /did not/)).toMatch(/not ticked: Brief/)
  expect(await shop.ask(alice, 'cut shop "Unplanned"', /did not/)).toMatch(/planned first: Brief/)
  expect(await shop.ask(alice, 'checklist tick "Brief" "Checkout"', /did not/)).toMatch(/qa/)
  expect(await shop.ask(quinn, 'checklist tick "QA sign-off" "Checkout"', /did not/)).toMatch(/not cut yet/)

  await shop.ask(quinn, 'checklist tick "Brief" "Checkout"', /Ticked/)
  await shop.learn(quinn, 'checklist "Checkout"', /☑ \*Brief\*/)
})

test('[S4.17] what is planned is cut, goes up and leaves the roadmap; what waited for it waits no more', async () => {
  await shop.ask(alice, `edit Checkout --planned ${day(1)}`, /Changed Checkout/)
  // Its tick is the release's, so that it stays.
  await shop.ask(alice, 'cut shop --draft Checkout', /Cut `/)
  await drive.reaches(first, 'integration', 'accepted')
  expect(await shop.learn(alice, 'roadmap', new RegExp(`${first} “Checkout”`))).toMatch(/Checkout” · testing/)

  await drive.promote(first, 'staging')
  await drive.reaches(first, 'staging', 'awaiting_acceptance')
  await shop.ask(quinn, `accept shop ${first}-rc.1 staging`, /Accepted/)
  await drive.reaches(first, 'staging', 'accepted')
  await shop.ask(
    alice,
    `promote shop ${first}-rc.1 to production --override "The window is for others"`,
    /Prepared/,
  )
  await drive.reaches(first, 'production', 'prepared')
  await shop.ask(quinn, `checklist tick "QA sign-off" ${first}`, /Ticked/)
  for (const user of [bob, carol]) {
    await shop.ask(user, `approve shop ${first}-rc.1 production`, /Approved/)
  }
  await drive.reaches(first, 'production', 'awaiting_acceptance', 'accepted')
  await shop.ask(alice, `accept shop ${first}-rc.1 production`, /Accepted|nothing/)
  await until('the release to be released', async () => (await drive.api.release(first)).state === 'released')

  const { overdue, ahead } = await roadmap()
  expect(ahead.map(({ title }) => title)).toEqual(['Advent', 'Loyalty'])
  expect(ahead[1]?.waitsFor).toMatchObject([{ name: first, done: true, endangers: false }])
  expect(overdue.map(({ title }) => title)).toEqual(['Winter sale'])
  const figures = await shop.ask(alice, 'metrics shop', /Overdue/)
  expect(figures).toMatch(/Winter sale.*8 days late/)
})

test('[S4.19] the channel and whoever plans it are reminded on the day, and when it has passed', async () => {
  const places = environmentsOf(stack, drive.api)
  const onTheDay = /Advent.* is planned for today/
  const passed = /Winter sale.* was planned for \S+ and is 8 days late/

  expect(wholeText(await places.notice(onTheDay))).toContain(`<@${alice}>`)
  expect(places.buttonsOf(await places.notice(passed))).toEqual(['Cut…', 'Change the plan…'])
  await places.direct(alice, onTheDay)
  await places.direct(alice, passed)
  // What has no day is nothing to remind of.
  expect((await shop.all()).map(wholeText).join('\n')).not.toMatch(/Some day.*(?:is|was) planned for/)
})

test('[S3.23] the chain from the push to production is read whole in Slack, page by page and back', async () => {
  await shop.command(alice, `history shop ${first}`)
  const newest = await shop.answer(alice, /page 1 of/)
  await shop.pressIn(alice, newest, /^Older$/)
  const oldest = await shop.answer(alice, /page 2 of/)
  await shop.pressIn(alice, oldest, /^Newer$/)
  await shop.answer(alice, /page 1 of/)
  const whole = `${wholeText(oldest)}\n${wholeText(newest)}`
  const steps = [
    /Drafted/,
    /Cut /,
    /was cut at commit/,
    /Cloned `[0-9a-f]{7}`, built and tested it.*succeeded/,
  ]
  const later = [/is built\./, /integration/, /staging/, /production/, /is released/]
  const places = [...steps, ...later].map((step) => whole.search(step))

  expect(places.filter((place) => place < 0)).toEqual([])
  expect(whole.search(/Cloned/)).toBeLessThan(whole.search(/is released/))
})

test('[S1.3] a deletion is asked about once, with where it runs; afterwards every view says who deleted it', async () => {
  const answer = await shop.ask(alice, 'cut shop "Mistake" --type fix', /Cut `/)
  const version = /Cut `([^`]+)-rc\.1`/.exec(answer)?.[1] ?? ''
  await drive.reaches(version, 'integration', 'accepted')
  await shop.command(alice, `delete shop ${version}`)
  const question = await shop.answer(alice, /did not delete/)
  expect(wholeText(question)).toMatch(/what runs in integration/)
  expect(await drive.api.release(version)).toMatchObject({ state: 'open' })

  await shop.pressIn(alice, question, /^Delete/)
  await shop.answer(alice, /Deleted .*its version stays taken/)
  const by = new RegExp(`eleted.* by <@${alice}>`)
  expect(await shop.learn(bob, 'where shop', by)).toContain(version)
  expect(await shop.ask(bob, `status ${version}`, by)).toContain('Mistake')
  expect(await shop.ask(bob, `history ${version}`, /Deleted/)).toContain(`<@${alice}>`)

  await shop.command(alice, 'delete "Winter sale"')
  await shop.pressIn(alice, await shop.answer(alice, /It is a draft/), /^Delete/)
  expect(wholeText(await shop.answer(alice, /Deleted the draft/))).not.toContain('version')
})
