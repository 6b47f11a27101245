import { WebSocket } from 'undici'
import { z } from 'zod'
import type { PressedAction } from './slack-control.js'

const view = z.looseObject({
  id: z.string().optional(),
  callback_id: z.string().optional(),
  private_metadata: z.string().optional(),
  blocks: z.array(z.looseObject({ type: z.string(), block_id: z.string().optional() })).default([]),
})
/** A modal or a Home tab as the person sees it. */
export type WorkspaceView = z.infer<typeof view>

const frame = z.discriminatedUnion('t', [
  z.object({
    t: z.literal('init'),
    state: z.object({
      modalStack: z.array(view),
      homeViews: z.record(z.string(), z.record(z.string(), view)),
    }),
  }),
  z.object({ t: z.literal('view'), stack: z.array(view) }),
  z.object({ t: z.literal('view_errors'), errors: z.record(z.string(), z.string()).nullish() }),
  z.object({ t: z.literal('home'), user: z.string(), view }),
])

/** A person's input: by block id, then by action id, like Slack's `view.state.values`. */
export type EnteredValues = Readonly<
  Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>
>

/** What a browser shows beside the messages. The workspace has one stack of modals for everybody: one modal at a time. */
export interface SlackWindow {
  /** The modal on top, `null` if none is open. */
  modal(): WorkspaceView | null
  /** Resolves with the modal on top once it meets a condition; without one with any open modal. */
  untilModal(timeoutMs?: number, condition?: (modal: WorkspaceView) => boolean): Promise<WorkspaceView>
  /** Submits the modal on top. Resolves with the bot's errors by block id; none if it accepted the values. */
  submit(user: string, values: EnteredValues): Promise<Readonly<Record<string, string>>>
  /** Presses Cancel. */
  close(user: string): Promise<void>
  /** Presses a button of the Home tab, which arrives without a view, unlike Slack's. */
  pressHome(user: string, action: PressedAction): void
  /** The Home tab that was last published for a person, `null` if none was. */
  home(user: string): WorkspaceView | null
  /** Resolves with a person's Home tab once it meets a condition. */
  untilHome(user: string, condition: (home: WorkspaceView) => boolean): Promise<WorkspaceView>
  end(): void
}

/** As long as the slowest machine may need. */
const PATIENCE_MS = 120_000

interface Shown {
  modals: readonly WorkspaceView[]
  homes: Map<string, WorkspaceView>
  /** How often the stack of modals, or the errors of the one on top, changed. */
  answers: number
  errors: Readonly<Record<string, string>>
}

/** Opens the browser's own connection to a workspace at its `webUrl`. Throws if there is none. */
export async function openSlackWindow(webUrl: string): Promise<SlackWindow> {
  const socket = new WebSocket(`${webUrl.replace(/^http/, 'ws')}/ui`)
  const shown: Shown = { modals: [], homes: new Map(), answers: 0, errors: {} }
  const changes = new EventTarget()
  const opened = { yet: false }
  socket.addEventListener('message', ({ data }) => {
    if (!show(shown, String(data))) return
    opened.yet = true
    changes.dispatchEvent(new Event('change'))
  })
  const until = waiter(changes)
  await until(() => opened.yet || null, 'the window to open', PATIENCE_MS)
  const send = (order: Readonly<Record<string, unknown>>) => socket.send(JSON.stringify(order))
  const answered = async (order: Readonly<Record<string, unknown>>) => {
    const before = shown.answers
    send(order)
    await until(() => shown.answers > before || null, 'an answer to the modal', PATIENCE_MS)
  }
  const modal = () => shown.modals.at(-1) ?? null
  const home = (user: string) => shown.homes.get(user) ?? null
  const passing = (found: WorkspaceView | null, condition: (view: WorkspaceView) => boolean) =>
    found && condition(found) ? found : null
  return {
    modal,
    home,
    untilModal: (timeoutMs = PATIENCE_MS, condition = () => true) =>
      until(() => passing(modal(), condition), 'a modal', timeoutMs),
    untilHome: (user, condition) =>
      until(() => passing(home(user), condition), `the Home tab of ${user}`, PATIENCE_MS),
    async submit(user, values) {
      await answered({ t: 'view_submit', user, values })
      return shown.errors
    },
    close: (user) => answered({ t: 'view_close', user }),
    pressHome: (user, action) => send({ t: 'block_action', channel: '', messageTs: '', user, action }),
    end: () => socket.close(),
  }
}

/** Processes one frame; false for the kinds that change nothing here. */
function show(shown: Shown, text: string): boolean {
  const parsed = frame.safeParse(JSON.parse(text))
  if (!parsed.success) return false
  const { data } = parsed
  switch (data.t) {
    case 'init':
      shown.modals = data.state.modalStack
      shown.homes = new Map()
      for (const [user, byApp] of Object.entries(data.state.homeViews)) {
        for (const home of Object.values(byApp)) shown.homes.set(user, home)
      }
      return true
    case 'home':
      shown.homes.set(data.user, data.view)
      return true
    case 'view':
      shown.modals = data.stack
      shown.errors = {}
      shown.answers += 1
      return true
    case 'view_errors':
      shown.errors = data.errors ?? {}
      shown.answers += 1
      return true
  }
}

type Until = <T>(read: () => T | null, what: string, timeoutMs: number) => Promise<T>

function waiter(changes: EventTarget): Until {
  return (read, what, timeoutMs) =>
    new Promise((resolve, reject) => {
      const look = () => {
        const found = read()
        if (found === null) return
        done()
        resolve(found)
      }
      const timer = setTimeout(() => {
        done()
        reject(new Error(`Waited ${timeoutMs} ms in vain for ${what}.`))
      }, timeoutMs)
      const done = () => {
        clearTimeout(timer)
        changes.removeEventListener('change', look)
      }
      changes.addEventListener('change', look)
      look()
    })
}
