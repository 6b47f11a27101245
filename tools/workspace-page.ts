/** The workspace's page in a real browser, driven as a person would: clicks, types, and looks. */
import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** The browser installed here, null if there is none. */
export function findChromium(): string | null {
  return places.find((place) => existsSync(place)) ?? null
}

export interface WorkspacePage {
  readonly page: Page
  /** Opens a channel. */
  open(channel: string): Promise<void>
  /** Switches to another person. */
  actAs(name: string): Promise<void>
  type(text: string): Promise<void>
  /** Presses the button with that label on the newest card, as soon as it is there. */
  press(label: string): Promise<void>
  /** Waits until the channel shows this text. */
  see(text: string | RegExp): Promise<void>
  /** Opens the newest card's thread beside the channel. */
  openThread(): Promise<void>
  /** Everything the channel shows, as text. */
  text(): Promise<string>
  close(): Promise<void>
}

const PATIENCE_MS = 60_000

export interface PageOptions {
  readonly url: string
  readonly executable: string
  readonly width?: number
  readonly height?: number
}

/** Opens the page. Dates are shown in the browser's own zone, UTC here, so that pictures are reproducible. */
export async function openWorkspacePage(options: PageOptions): Promise<WorkspacePage> {
  const { url, executable, width = 1280, height = 1000 } = options
  const browser: Browser = await chromium.launch({ executablePath: executable, args: ['--no-sandbox'] })
  const page = await browser.newPage({ viewport: { width, height }, timezoneId: 'UTC', locale: 'en-GB' })
  page.setDefaultTimeout(PATIENCE_MS)
  await page.goto(url)
  const messages = page.locator('.messages').first()
  return {
    page,
    open: (channel) => page.locator('.sidebar-item', { hasText: channel }).first().click(),
    actAs: async (name) => {
      await page.locator('.actas select').selectOption({ label: name })
    },
    type: async (text) => {
      const composer = page.locator('.composer').first()
      await composer.locator('.composer-input').fill(text)
      await composer.locator('.composer-send').click()
    },
    press: (label) => messages.getByRole('button', { name: label, exact: true }).last().click(),
    see: (text) => messages.getByText(text).last().waitFor(),
    openThread: () => page.locator('.thread-summary').last().click(),
    text: () => messages.innerText(),
    close: () => browser.close(),
  }
}
