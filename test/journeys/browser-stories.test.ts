/** Bad days at a desk. All that people do goes through the page of the workspace in a browser. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoAuthors } from '../../local/demo-history.js'
import {
  findChromium,
  openWorkspacePage,
  type Shown,
  type WorkspacePage,
} from '../../tools/workspace-page.js'
import { type Api, apiOf } from '../support/api.js'
import { bob, carol, quinn } from '../support/channel.js'
import { thisMonth } from '../support/noon-zone.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

const executable = findChromium()
const first = `${thisMonth}.1`
const second = `${thisMonth}.2`

/** Beside the demo's shop an app whose releases take seconds: two people let each into production, a check accepts it there. */
const withLedger = (yaml: string): string => `pollEvery: never
${yaml}
  ledger:
    repository: ${/repository: (".*")/.exec(yaml)?.[1]}
    channel: C01GENERAL
    tag: "ledger-{version}"
    permissions: { cut: [releasers] }
    types: { feature: { acceptance: false } }
    build: { run: "ls > files.txt", artifacts: [files.txt] }
    environments:
      - name: production
        approve: { from: [release-managers], count: 2, fourEyes: true }
        patch: { run: "sleep 2" }
        check: { run: "true" }
`

describe.skipIf(executable === null)('bad days at a desk (needs Chromium)', () => {
  let stack: Stack
  let desk: WorkspacePage
  let api: Api

  beforeAll(async () => {
    stack = await startStack({ configure: withLedger })
    api = apiOf(stack.url)
    desk = await openWorkspacePage({ url: stack.embedded.slackUrl ?? '', executable: executable ?? '' })
    await desk.open('shop')
  })
  afterAll(async () => {
    await desk?.close()
    await stack?.close()
  })

  /** Presses what asks first; returns the question. */
  const presses = async (name: string, card: Shown, label: string): Promise<string> => {
    await desk.actAs(name)
    await card.press(label)
    return desk.confirm(label.split(' ')[0] ?? '')
  }
  const runsInProduction = (version: string): Promise<unknown> =>
    until(`${version} in production`, async () => {
      const { state, current } = await api.environment('production')
      return state === 'ready' && current?.version === version
    })

  test('[U.16] QA comes from the line that asks to the card and to staging, and accepts there', async () => {
    await desk.actAs('Alice')
    await desk.type('/release cut shop "Summer sale"')
    await desk.card('Summer sale').press('Promote to staging')
    await desk.actAs('Quinn')
    await desk.open('general')
    await desk.openNotification(/“Summer sale”: .* runs in staging and waits for acceptance/)
    await desk.thread.see(/@Quinn: please test, then accept or reject/)
    await desk.thread.follow('Open the card')
    const card = await desk.linked()
    await card.see('Please test')
    const opening = desk.page.waitForEvent('popup')
    await card.follow('staging')
    const staging = await opening
    await staging.getByRole('heading').first().waitFor()
    const served: unknown = await (await fetch(new URL('version', staging.url()))).json()
    await staging.close()
    await card.press('Accept on staging')
    await card.see(/Accepted on staging by/)

    expect(served).toMatchObject({ commit: await stack.embedded.demo.repository.head() })
    expect(await card.text()).toMatch(
      /shop \S+ — accepted on staging[^]*Summer sale[^]*Accepted on staging by @Quinn/,
    )
    expect((await api.environment('staging')).current).toMatchObject({ version: first, acceptedBy: quinn })
  })

  test('[U.13] [U.14] production fails at night: its card rolls it back, and tells the all-clear', async () => {
    const good = desk.card('Summer sale')
    await desk.actAs('Alice')
    await good.press('Promote to production')
    await presses('Bob', good, 'Approve for production')
    await presses('Carol', good, 'Approve for production')
    await presses('Alice', good, 'Accept on production')
    await runsInProduction(first)
    await stack.embedded.demo.repository.commit({
      message: 'A new checkout, whose patch fails the first time',
      author: demoAuthors.bob,
      files: { 'deploy/behaviour.json': JSON.stringify({ production: { patch: 'fail-once' } }) },
    })
    await desk.actAs('Bob')
    await desk.type('/release cut shop "New checkout"')
    const bad = desk.card('New checkout')
    await bad.press('Promote to staging')
    await desk.actAs('Quinn')
    await bad.press('Accept on staging')
    await desk.actAs('Bob')
    await bad.press('Promote to production')
    await presses('Alice', bad, 'Approve for production')
    await presses('Carol', bad, 'Approve for production')
    await bad.see(/failed in production at patch/)
    await desk.actAs('Bob')
    await bad.press(`Roll back production to ${first}-rc.1…`)
    const form = await desk.form('Roll back')
    const offered = await form.text()
    const chosen = await form.value('What goes back to what')
    await form.fill('Reason', 'nobody can pay')
    await form.send('Roll back')
    await bad.see(/rolled back from production/)
    await runsInProduction(first)
    for (const title of ['New checkout', 'Summer sale']) {
      await desk.openThread(title)
      await desk.thread.see(new RegExp(`production is back on ${first}-rc\\.1`))
    }
    await desk.openThread('New checkout')
    const thread = await desk.thread.text()
    const card = await bad.text()

    expect(offered).toContain(`${second}-rc.1`)
    expect(chosen).toMatch(/^production /)
    expect(thread).toMatch(/failed in production[^]*@Bob, @Alice, @Carol, who asked for it or approved it/)
    expect(card).toMatch(/↩️ shop \S+ — rolled back from production \(failed at patch\)/)
    expect(card).toMatch(/What happened[^]*nobody can pay/)
    expect(card).not.toContain('Promote to production')
    expect((await api.release(second)).deployments.at(-1)?.state).toBe('superseded')
  })

  test('[U.13] what was rolled back is promoted again only with a reason, and whoever approves reads why', async () => {
    const card = desk.card('New checkout')
    await desk.actAs('Bob')
    await card.choose('Promote again to production…')
    const form = await desk.form('Promote again')
    const shown = await form.text()
    const refused = await form.sendInVain('Promote again')
    await form.fill('Why it should go well now', 'the table exists now')
    await form.send('Promote again')
    await card.see('Why again')
    const asking = await card.text()
    const question = await presses('Alice', card, 'Approve for production')
    await presses('Carol', card, 'Approve for production')
    await presses('Bob', card, 'Accept on production')
    await card.see(`🚀 shop ${second} — released`)
    await runsInProduction(second)

    expect(shown).toMatch(/failed in production at patch[^]*nobody can pay/)
    expect(refused).toContain('Say what is different now.')
    expect(asking).toMatch(/failed in production at patch[^]*Why again the table exists now/)
    expect(question).toMatch(/failed at patch, was rolled back/)
  })

  test('[U.14] [U.15] in a burst of five releases each press moves its own card, and what waits is listed as it is', async () => {
    const ledger = apiOf(stack.url, 'ledger')
    const titles = ['North', 'East', 'South', 'West', 'Home']
    const versions = new Map(titles.map((title, index) => [title, `${thisMonth}.${index + 1}`]))
    const approvedBy = async (user: string): Promise<readonly string[]> => {
      const each = titles.map(async (title) => {
        const events = await ledger.events(versions.get(title) ?? '')
        return events
          .filter(({ kind, actor }) => kind === 'deployment.approved' && actor === user)
          .map(() => title)
      })
      return (await Promise.all(each)).flat().toSorted()
    }
    const approves = async (name: string, user: string, order: readonly string[]): Promise<void> => {
      for (const [index, title] of order.entries()) {
        await presses(name, desk.card(title), 'Approve for production')
        const pressed = order.slice(0, index + 1).toSorted()
        await until(`the press of ${name} on ${title}`, async () => (await approvedBy(user)).includes(title))
        expect(await approvedBy(user)).toEqual(pressed)
      }
    }
    await desk.open('general')
    await desk.actAs('Alice')
    for (const title of titles) {
      await desk.type(`/release cut ledger "${title}"`)
      // Slack promises no order: two commands sent at once may arrive the other way round.
      await desk.card(title).see(title)
    }
    for (const title of titles) await desk.card(title).see(/needs approval for production \(0 of 2\)/)
    await approves('Carol', carol, ['East', 'West'])
    await desk.actAs('Bob')
    await desk.open('Slipway')
    await desk.see('Waiting for you (5)')
    await desk.open('general')
    await approves('Bob', bob, ['West', 'South', 'East', 'Home', 'North'])
    for (const title of ['East', 'West']) await desk.card(title).see(/— released/)
    await desk.open('Slipway')
    await desk.see('Waiting for you (0)')
    await desk.actAs('Carol')
    await desk.see('Waiting for you (3)')
    const home = await desk.text()
    await desk.open('general')
    await desk.type('/release approve ledger')
    await desk.form('Approve')
    const offered = await desk.page.locator('.modal select').first().locator('option').allInnerTexts()
    await desk.page.getByRole('button', { name: 'Cancel' }).click()

    // Cards that nobody acts on are shown one after the other.
    await desk.card('North').see(/this puts something older over it/)
    for (const title of ['North', 'South', 'Home']) {
      expect(await desk.card(title).text()).toMatch(/needs approval for production \(1 of 2\)/)
      expect(home).toContain(title)
      expect(offered.filter((option) => option.includes(title))).toHaveLength(1)
    }
    expect(offered.join()).not.toMatch(/East|West/)
    expect(
      (await ledger.releases())
        .filter(({ state }) => state === 'released')
        .map(({ title }) => title)
        .toSorted(),
    ).toEqual(['East', 'West'])
  })
})
