/** The workspace's page in a real browser, driven as a person would: clicks, types, and looks. */
import { existsSync } from 'node:fs'
import { type Browser, chromium, type Locator, type Page } from 'playwright-core'

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

/** A message, or several beside each other, as somebody reads and presses them. */
export interface Shown {
  /** Presses the newest button with that label, as soon as it is there. */
  press(label: string): Promise<void>
  /** Chooses an entry of the newest ⋯ menu that has it. */
  choose(entry: string): Promise<void>
  /** Follows the newest link with these words. */
  follow(words: string): Promise<void>
  /** Waits until this text is there. */
  see(text: string | RegExp): Promise<void>
  text(): Promise<string>
}

/** The channel that is open, and what people do around it. */
export interface WorkspacePage extends Shown {
  readonly page: Page
  /** The card with that title. */
  card(title: string): Shown
  /** The thread that is open. */
  readonly thread: Shown
  /** The message that a link led to: it is marked for a moment. */
  linked(): Promise<Shown>
  /** Opens a channel, a direct message by the person's name, or an app's Home. */
  open(place: string): Promise<void>
  /** Switches to another person. */
  actAs(name: string): Promise<void>
  type(text: string): Promise<void>
  /** Opens the thread of the newest card, or of the card with that title, beside the channel. */
  openThread(title?: string): Promise<void>
  /** Opens the newest notification with this text. */
  openNotification(text: string | RegExp): Promise<void>
  /** Answers the question that Slack asks before a press; returns the question. */
  confirm(answer: string): Promise<string>
  /** The form that is open, once it has this text. */
  form(text: string | RegExp): Promise<Form>
  close(): Promise<void>
}

export interface Form {
  text(): Promise<string>
  /** What stands in a field. */
  value(field: string): Promise<string>
  /** Types into a field. */
  fill(field: string, text: string): Promise<void>
  /** Sends it by the button with that label, and waits until it is closed. */
  send(label: string): Promise<void>
  /** Sends it, and waits for what is wrong with it. */
  sendInVain(label: string): Promise<string>
}

const PATIENCE_MS = 60_000

export interface PageOptions {
  readonly url: string
  readonly executable: string
  readonly width?: number
  readonly height?: number
  /** A small screen that is touched. */
  readonly phone?: boolean
}

/** Opens the page. Dates are shown in the browser's own zone, UTC here, so that pictures are reproducible. */
export async function openWorkspacePage(options: PageOptions): Promise<WorkspacePage> {
  const { url, executable, phone = false, width = phone ? 390 : 1280, height = phone ? 844 : 1000 } = options
  const browser: Browser = await chromium.launch({ executablePath: executable, args: ['--no-sandbox'] })
  const page = await browser.newPage({
    viewport: { width, height },
    timezoneId: 'UTC',
    locale: 'en-GB',
    isMobile: phone,
    hasTouch: phone,
  })
  page.setDefaultTimeout(PATIENCE_MS)
  await page.goto(url)
  const messages = page.locator('.messages, .home').first()
  const cardOf = (title: string): Locator =>
    messages.locator('.msg', { has: page.locator('.bk-header'), hasText: title }).last()
  const dialog = page.locator('dialog[open]')
  return {
    page,
    ...shown(messages),
    card: (title) => shown(cardOf(title)),
    thread: shown(page.locator('.thread-body')),
    linked: async () => {
      const ts = await messages.locator('.msg.highlighted').getAttribute('data-ts')
      return shown(messages.locator(`.msg[data-ts="${ts}"]`))
    },
    open: (place) => page.locator('.sidebar-item', { hasText: place }).first().click(),
    actAs: async (name) => {
      await page.locator('.actas select').selectOption({ label: name })
    },
    type: async (text) => {
      const composer = page.locator('.composer').first()
      await composer.locator('.composer-input').fill(text)
      await composer.locator('.composer-send').click()
    },
    openThread: (title) =>
      (title === undefined ? messages : cardOf(title)).locator('.thread-summary').last().click(),
    openNotification: async (text) => {
      await page.locator('.notif-bell').click()
      await page.locator('.notif-item', { hasText: text }).first().click()
    },
    confirm: async (answer) => {
      const question = await dialog.innerText()
      await dialog.getByRole('button', { name: answer, exact: true }).click()
      return question
    },
    form: async (text) => {
      const form = page.locator('.modal-overlay .modal', { hasText: text })
      await form.waitFor()
      return formIn(form)
    },
    close: () => browser.close(),
  }
}

function shown(within: Locator): Shown {
  return {
    press: (label) => within.getByRole('button', { name: label, exact: true }).last().click(),
    choose: async (entry) => {
      const menu = within.locator('.bk-overflow', {
        has: within.page().getByRole('option', { name: entry, exact: true }),
      })
      await menu.last().selectOption({ label: entry })
    },
    follow: (words) => within.getByRole('link', { name: words, exact: true }).last().click(),
    see: (text) => within.getByText(text).last().waitFor(),
    text: () => within.innerText(),
  }
}

function formIn(form: Locator): Form {
  const fieldOf = (name: string): Locator =>
    form.locator('.bk-input', { hasText: name }).locator('input, textarea, select')
  const send = (label: string): Promise<void> =>
    form.getByRole('button', { name: label, exact: true }).click()
  return {
    text: () => form.innerText(),
    value: (field) => fieldOf(field).inputValue(),
    fill: (field, text) => fieldOf(field).fill(text),
    send: async (label) => {
      await send(label)
      await form.waitFor({ state: 'detached' })
    },
    sendInVain: async (label) => {
      await send(label)
      return form.locator('.modal-error').first().innerText()
    },
  }
}
