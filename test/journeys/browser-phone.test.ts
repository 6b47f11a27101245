/** A hotfix from a phone: all of it is typed and pressed on the page of the workspace, on a small screen that is touched. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoAuthors } from '../../local/demo-history.js'
import { git } from '../../local/git-commits.js'
import { findChromium, openWorkspacePage, type WorkspacePage } from '../../tools/workspace-page.js'
import { type Api, apiOf } from '../support/api.js'
import { thisMonth } from '../support/noon-zone.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

const executable = findChromium()

/** A hotfix needs one approval and no tester; a fix goes straight through. */
const withTypes = (yaml: string): string =>
  `pollEvery: never\n${yaml.replace(
    '    environments:\n',
    `    types:
      hotfix: { approvals: 1, acceptance: false, cut: [releasers] }
      fix: { approvals: 0, acceptance: false, promote: automatic, cut: [releasers] }
    environments:\n`,
  )}`

describe.skipIf(executable === null)('a hotfix from a phone (needs Chromium)', () => {
  let stack: Stack
  let phone: WorkspacePage
  let api: Api

  beforeAll(async () => {
    stack = await startStack({ configure: withTypes })
    api = apiOf(stack.url)
    phone = await openWorkspacePage({
      url: stack.embedded.slackUrl ?? '',
      executable: executable ?? '',
      phone: true,
    })
    await phone.open('shop')
  })
  afterAll(async () => {
    await phone?.close()
    await stack?.close()
  })

  const runsInProduction = (candidate: string): Promise<string> =>
    until(`${candidate} in production`, async () => {
      const { state, current } = await api.environment('production')
      return state === 'ready' && current?.candidate === candidate ? current.commit : null
    })
  const commit = (message: string, file: string): Promise<string> =>
    stack.embedded.demo.repository.commit({ message, author: demoAuthors.bob, files: { [file]: message } })

  test('[U.14] the fix alone goes from trunk to production, by one short command and its card', async () => {
    await phone.actAs('Alice')
    await phone.type('/release cut shop "Summer sale" --type fix')
    await runsInProduction(`${thisMonth}.1-rc.1`)
    await commit('Half of a new checkout', 'half.txt')
    const fix = await commit('Count the cents', 'cents.txt')
    await phone.type(`/release hotfix ${fix.slice(0, 7)}`)
    const card = phone.card('Count the cents')
    await card.see(`shop ${thisMonth}.2-rc.2`)
    await card.press('Promote to staging')
    await card.press('Promote to production')
    await card.see(/needs approval for production \(0 of 1\)/)
    await phone.actAs('Bob')
    await card.press('Approve for production')
    const question = await phone.confirm('Approve')
    await card.see(`🚀 shop ${thisMonth}.2 — released`)
    const runs = await runsInProduction(`${thisMonth}.2-rc.2`)
    const files = await git(stack.embedded.demo.repository.path, ['ls-tree', '--name-only', runs])

    expect(question).toMatch(/Approve for production\?[^]*Approvals so far: 0 of 1/)
    expect(files).toContain('cents.txt')
    expect(files).not.toContain('half.txt')
  })

  test('[U.4] what it shows fits the screen, and a finger finds each button', async () => {
    const { page } = phone
    await phone.openThread('Count the cents')
    await phone.thread.see('is released.')
    const thread = await page.locator('.thread-pane').boundingBox()
    await page.locator('.thread-x').click()
    const buttons = page.locator('.messages').locator('.bk-button, .bk-select, .thread-summary')
    // A card that is drawn anew meanwhile takes its buttons away for a moment.
    const boxes = await until('more than three buttons', async () => {
      const found = await Promise.all((await buttons.all()).map((one) => one.boundingBox()))
      return found.length > 3 && found.every((box) => box !== null) && found
    })

    expect(thread).toMatchObject({ x: 0, width: 390 })
    expect(boxes.length).toBeGreaterThan(3)
    for (const box of boxes) {
      expect(box?.height).toBeGreaterThanOrEqual(44)
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(390)
    }
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
  })
})
