import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findChromium, openWorkspacePage, type WorkspacePage } from '../../tools/workspace-page.js'
import { apiOf } from '../support/api.js'
import { thisMonth } from '../support/noon-zone.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

const executable = findChromium()
const candidate = `${thisMonth}.1-rc.1`

describe.skipIf(executable === null)('the workspace in a browser (needs Chromium)', () => {
  let stack: Stack
  let workspace: WorkspacePage

  beforeAll(async () => {
    stack = await startStack()
    workspace = await openWorkspacePage({ url: stack.embedded.slackUrl ?? '', executable: executable ?? '' })
    await workspace.open('shop')
  })
  afterAll(async () => {
    await workspace?.close()
    await stack?.close()
  })

  test('[U.2] a release goes from a typed command to released by the buttons of its one card', async () => {
    await workspace.actAs('Alice')
    await workspace.type('/release cut shop "Summer sale"')
    await workspace.press('Promote to staging')
    await workspace.see('waiting')
    await workspace.actAs('Quinn')
    await workspace.press('Accept on staging')
    await workspace.actAs('Alice')
    await workspace.press('Promote to production')
    await workspace.actAs('Bob')
    await workspace.press('Approve for production')
    await workspace.confirm('Approve')
    await workspace.see(/needs approval for production \(1 of 2\)/)
    await workspace.actAs('Carol')
    await workspace.press('Approve for production')
    await workspace.confirm('Approve')
    await workspace.actAs('Alice')
    await workspace.press('Accept on production')
    await workspace.confirm('Accept')
    await workspace.see(`🚀 shop ${thisMonth}.1 — released`)

    const { page } = workspace
    expect(await page.locator('.bk-header').count()).toBe(1)
    const release = await until('the release', async () => {
      const found = await apiOf(stack.url).release(`${thisMonth}.1`)
      return found.state === 'released' ? found : null
    })
    expect(release.candidates[0]?.name).toBe(candidate)
  })

  test('[U.2] the thread tells each step once, in words, with dates a person can read', async () => {
    await workspace.openThread()
    const { page } = workspace
    await page.getByText('is released.').first().waitFor()
    const everything = await page.locator('.app').innerText()

    for (const step of [
      `${candidate} is built.`,
      `${candidate} runs in integration; its passing check accepted it.`,
      `${candidate} runs in staging and waits for acceptance.`,
      `${candidate} was accepted in staging.`,
      `${candidate} was approved for production (1 of 2).`,
      `${thisMonth}.1 is released.`,
    ]) {
      expect(everything.split(step).length - 1, step).toBe(1)
    }
    expect(everything).not.toContain('<!date')
    expect(everything).not.toContain('<@')
  })
})
