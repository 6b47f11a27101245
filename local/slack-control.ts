import { z } from 'zod'

/** A message as the workspace stores it, ephemeral ones included. */
const message = z.looseObject({
  ts: z.string(),
  channel: z.string(),
  user: z.string().optional(),
  text: z.string().default(''),
  thread_ts: z.string().optional(),
  subtype: z.string().optional(),
  /** The only person who sees an ephemeral message. */
  ephemeral_to: z.string().optional(),
  blocks: z.array(z.looseObject({ type: z.string() })).optional(),
})
export type WorkspaceMessage = z.infer<typeof message>

const logEntry = z.looseObject({
  id: z.string(),
  /** Milliseconds since 1970. */
  time: z.number(),
  direction: z.enum(['to_bot', 'from_bot', 'internal']),
  kind: z.string(),
  summary: z.string(),
  detail: z.unknown().optional(),
})
export type WorkspaceLogEntry = z.infer<typeof logEntry>

/** A press or a choice; shaped like Slack's own `actions` entries. */
export interface PressedAction {
  readonly type: string
  readonly action_id: string
  readonly block_id?: string
  readonly value?: string
  readonly selected_option?: { readonly value: string; readonly [key: string]: unknown }
}

/** Acts as people do in the embedded workspace. Every act resolves after the bot's acknowledgement, 5 s at most. */
export interface SlackControl {
  /** Types `/release <text>` (or another slash command). */
  command(channel: string, user: string, text: string, command?: string): Promise<void>
  /** Writes a message and returns its timestamp. */
  write(channel: string, user: string, text: string): Promise<string>
  press(channel: string, messageTs: string, user: string, action: PressedAction): Promise<void>
  openHome(user: string): Promise<void>
  /** Oldest first. */
  messages(channel: string): Promise<readonly WorkspaceMessage[]>
  /** The traffic between workspace and bot: the last 1,000 entries, oldest first. */
  log(): Promise<readonly WorkspaceLogEntry[]>
  /** Clears messages, log, views and direct messages. */
  reset(): Promise<void>
}

/** A client for the control API at a workspace's `webUrl`. Its calls throw if the workspace refuses or is gone. */
export function createSlackControl(webUrl: string): SlackControl {
  const call = async (path: string, body?: Readonly<Record<string, unknown>>): Promise<unknown> => {
    const request = body && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }
    const response = await fetch(`${webUrl}/_control/${path}`, request)
    if (!response.ok)
      throw new Error(`The workspace refused ${path}: ${response.status} ${await response.text()}`)
    return response.json()
  }
  const act = async (path: string, body: Readonly<Record<string, unknown>>): Promise<void> => {
    await call(path, body)
  }
  return {
    command: (channel, user, text, command = '/release') => act('command', { channel, user, text, command }),
    press: (channel, messageTs, user, action) => act('interact', { channel, messageTs, user, action }),
    openHome: (user) => act('open-home', { user }),
    reset: () => act('reset', {}),
    write: async (channel, user, text) =>
      z.object({ message }).parse(await call('message', { channel, user, text })).message.ts,
    messages: async (channel) =>
      z.object({ messages: z.array(message) }).parse(await call(`messages/${channel}`)).messages,
    log: async () => z.object({ log: z.array(logEntry) }).parse(await call('log')).log,
  }
}
