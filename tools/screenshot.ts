/** `npm run screenshot`: takes the README's picture of a card on a separate stack. Needs Chromium. */
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { processEnvironment, readLocalEnvironment } from '../config.js'
import { startLocal } from '../local/local-slipway.js'
import { findChromium, openWorkspacePage, type WorkspacePage } from './workspace-page.js'

const MOST_BYTES = 300_000
const images = resolve(import.meta.dirname, '../docs/images')

await main()

async function main(): Promise<void> {
  const executable = findChromium()
  if (executable === null) throw new Error('No Chromium is installed, e.g. apt-get install chromium')
  const dataFolder = mkdtempSync(join(tmpdir(), 'slipway-picture-'))
  const environment = {
    ...processEnvironment(),
    SLIPWAY_DATA: dataFolder,
    SLIPWAY_HTTP_PORT: '0',
    SLIPWAY_SLACK_PORT: '0',
  }
  const read = readLocalEnvironment(environment)
  if (read.kind === 'problems') throw new Error(JSON.stringify(read.problems))
  const ports = { temporal: 0, temporalUi: null, demo: 4401 }
  const local = await startLocal({ settings: read.settings, environment, say: console.log, ports })
  try {
    const url = local.embedded.slackUrl ?? ''
    await picture(await openWorkspacePage({ url, executable, width: 1200, height: 860 }))
  } finally {
    await local.stop()
    rmSync(dataFolder, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** Production waits for the second of two approvals, with the thread beside it. */
async function picture(workspace: WorkspacePage): Promise<void> {
  const { page } = workspace
  try {
    await workspace.open('shop')
    await workspace.actAs('Alice')
    await workspace.type('/release cut shop "Summer sale"')
    await workspace.press('Promote to staging')
    await workspace.actAs('Quinn')
    await workspace.press('Accept on staging')
    await workspace.actAs('Alice')
    await workspace.press('Promote to production')
    await workspace.actAs('Bob')
    await workspace.press('Approve for production')
    await workspace.confirm('Approve')
    // Carol has not been told anything privately: only the card is in the channel.
    await workspace.actAs('Carol')
    await workspace.see(/needs approval for production \(1 of 2\)/)
    await workspace.openThread()
    await page.getByText('was approved for production').last().waitFor()
    mkdirSync(images, { recursive: true })
    await shoot(page, 'card.png')
  } finally {
    await workspace.close()
  }
}

async function shoot(page: WorkspacePage['page'], name: string): Promise<void> {
  const path = join(images, name)
  await page.mouse.move(0, 0)
  await page.screenshot({ path, animations: 'disabled' })
  const { size } = statSync(path)
  if (size > MOST_BYTES) throw new Error(`${path} has ${size} bytes, more than ${MOST_BYTES}`)
  console.log(`${path}: ${Math.round(size / 1_000)} KB`)
}
