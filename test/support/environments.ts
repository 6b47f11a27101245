/** Environments as a journey sees and controls them: the read API, their notices, the demo's host. */
import { randomUUID } from 'node:crypto'
import type { WorkspaceMessage } from '../../local/slack-control.js'
import { type Api, type ApiEnvironment, type DemoEffect, demoEffects } from './api.js'
import { SHOP, wholeText } from './channel.js'
import type { Stack } from './stack.js'
import { until } from './until.js'

export interface Environments {
  names(): Promise<readonly string[]>
  /** Once it is in this state. */
  settles(name: string, state: string): Promise<ApiEnvironment>
  /** When it is torn down automatically. */
  expiry(name: string): Promise<string>
  /** What the demo's host did for it, oldest first. */
  effects(name: string): Promise<readonly string[]>
  /** The stages whose command began there, e.g. `setup:started`, oldest first. */
  started(name: string): Promise<readonly string[]>
  /** Each start and end of a setup or patch with its run: `setup/1 setup:started`, `setup/1 install`. */
  setups(name: string): Promise<readonly string[]>
  /** Once it runs this commit. */
  runs(name: string, commit: string): Promise<void>
  /** Once it is reported to need a setup, or not to. */
  wantsSetup(name: string, wanted: boolean): Promise<void>
  /** The service's own answer, as its users see it. */
  served(name: string): Promise<{ readonly commit: string; readonly currency: string }>
  /** The newest matching notice in the channel. */
  notice(pattern: RegExp): Promise<WorkspaceMessage>
  /** The newest matching direct message to a person. */
  direct(user: string, pattern: RegExp): Promise<WorkspaceMessage>
  /** Whether the demo's host has it. */
  onHost(name: string): Promise<boolean>
  /** The demo host's state of it; null if it has none. */
  status(name: string): Promise<unknown>
  /** Removes it without Slipway's knowledge. */
  removeOnHost(name: string): Promise<void>
  buttonsOf(message: WorkspaceMessage): readonly string[]
  press(user: string, message: WorkspaceMessage, label: string): Promise<void>
}

interface Element {
  readonly type: string
  readonly action_id: string
  readonly value: string
  readonly text: { readonly text: string }
}

export function environmentsOf(stack: Stack, api: Api): Environments {
  const elements = (message: WorkspaceMessage): readonly (Element & { readonly block_id: string })[] =>
    (message.blocks ?? []).flatMap((block) =>
      ((block['elements'] as Element[] | undefined) ?? [])
        .filter(({ type }) => type === 'button')
        .map((element) => ({ ...element, block_id: String(block['block_id']) })),
    )
  const newest = async (channel: string, pattern: RegExp): Promise<WorkspaceMessage | undefined> =>
    (await stack.slack.messages(channel)).findLast(
      (message) =>
        message.subtype !== 'ephemeral' &&
        pattern.test(wholeText(message)) &&
        // The digest repeats what others say, without their buttons.
        !/for somebody here/.test(wholeText(message)),
    )
  const effects = async (name: string): Promise<readonly DemoEffect[]> =>
    (await demoEffects(stack.embedded.demo.hostUrl)).filter(({ environment }) => environment === name)
  const status = async (name: string): Promise<{ readonly url: string } | null> => {
    const response = await fetch(`${stack.embedded.demo.hostUrl}/environments/${name}`)
    return response.ok ? ((await response.json()) as { url: string }) : null
  }
  return {
    names: async () => (await api.environments()).map(({ name }) => name),
    settles: (name, state) =>
      until(`${name} to be ${state}`, async () => {
        const found = await api.environment(name)
        if (found.state !== state) throw new Error(`it is ${JSON.stringify(found)}`)
        return found
      }),
    expiry: async (name) => String((await api.environment(name)).expiresAt),
    effects: async (name) => (await effects(name)).map(({ action }) => action),
    started: async (name) =>
      (await effects(name)).map(({ action }) => action).filter((action) => action.endsWith(':started')),
    setups: async (name) =>
      (await effects(name))
        .filter(({ action }) => /^(setup|patch):started|^install/.test(action))
        .map(({ key, action }) => `${/\w+.\d+$/.exec(key)?.[0]} ${action}`),
    runs: async (name, commit) => {
      await until(`${commit.slice(0, 7)} in ${name}`, async () => {
        const found = await api.environment(name)
        if (found.current?.commit !== commit) throw new Error(JSON.stringify(found))
        return true
      })
    },
    wantsSetup: async (name, wanted) => {
      await until(
        `${name}: setup required is ${wanted}`,
        async () => (await api.environment(name)).setupRequired === wanted,
      )
    },
    served: async (name) => {
      const url = (await status(name))?.url ?? ''
      const page = await (await fetch(url)).text()
      const { commit } = (await (await fetch(`${url}/version`)).json()) as { commit: string }
      return { commit, currency: page.includes('$') ? 'USD' : 'EUR' }
    },
    notice: (pattern) => until(`a notice like ${pattern}`, () => newest(SHOP, pattern)),
    direct: (user, pattern) =>
      until(`a direct message to ${user} like ${pattern}`, async () => {
        const rows = await stack.database.db
          .selectFrom('slack_messages')
          .select('channel')
          .distinct()

          .execute()
        for (const { channel } of rows.filter((row) => row.channel.startsWith('D'))) {
          const found = await newest(channel, pattern)
          if (found) return found
        }
        return null
      }),
    onHost: async (name) => {
      const response = await fetch(`${stack.embedded.demo.hostUrl}/environments/${name}`)
      return response.ok
    },
    status,
    removeOnHost: async (name) => {
      await fetch(`${stack.embedded.demo.hostUrl}/environments/${name}`, {
        method: 'DELETE',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ key: `by-hand-${randomUUID()}` }),
      })
    },
    buttonsOf: (message) => elements(message).map(({ text }) => text.text),
    press: async (user, message, label) => {
      const found = elements(message).find(({ text }) => text.text === label)
      if (!found) throw new Error(`No button ${label} in ${wholeText(message)}`)
      const { type, action_id, block_id, value } = found
      await stack.slack.press(message.channel, message.ts, user, { type, action_id, block_id, value })
    },
  }
}
