/**
 * `npm run gallery`: all of Slipway's messages, from the stories of the tests, as one page in `.slipway/gallery/`, and
 * if Chromium is installed as pictures, in desktop and phone width. Used to review messages; not committed.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { rooms } from '../test/support/gallery-rooms.js'
import { galleryPage } from './gallery/page.js'
import { findChromium } from './workspace-page.js'

const folder = resolve(import.meta.dirname, '../.slipway/gallery')
const TALLEST = 1_600
const sizes = { wide: 1240, phone: 390 }

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
const page = join(folder, 'index.html')
writeFileSync(page, galleryPage(rooms))
console.log(`${rooms.flatMap(({ scenes }) => scenes).length} scenes: ${page}`)

const executable = findChromium()
if (executable === null) console.log('No Chromium is installed, so no pictures were taken.')
else await takePictures(executable)

/** Splits a room into pictures that are not taller than a screen can show. */
async function slices(tab: Page, id: string, size: string): Promise<void> {
  const box = await tab.locator(`#${id}`).boundingBox()
  if (box === null) return
  for (let top = 0, number = 1; top < box.height; top += TALLEST, number++) {
    const clip = {
      x: 0,
      y: box.y + top,
      width: box.x * 2 + box.width,
      height: Math.min(TALLEST, box.height - top),
    }
    await tab.screenshot({ path: join(folder, `${id}-${size}-${number}.png`), fullPage: true, clip })
  }
}

async function takePictures(executablePath: string): Promise<void> {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  try {
    for (const [size, width] of Object.entries(sizes)) {
      const tab = await browser.newPage({ viewport: { width, height: 900 } })
      for (const room of rooms) {
        // Each separately: every picture lays out the whole page again.
        await tab.setContent(galleryPage([room]))
        await slices(tab, room.id, size)
      }
      await tab.close()
    }
  } finally {
    await browser.close()
  }
}
