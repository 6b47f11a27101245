import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { shortcuts } from '../../bot/interactions/shortcuts.js'
import { scopesOf, slackMethodsIn } from '../../tools/slack-scopes.js'

const root = resolve(import.meta.dirname, '../..')

const commandSchema = z.strictObject({
  command: z.string().regex(/^\/[a-z0-9_-]{1,31}$/),
  description: z.string().max(2000),
  usage_hint: z.string().max(1000),
  should_escape: z.literal(true),
})
const manifestSchema = z.strictObject({
  display_information: z.strictObject({
    name: z.string().max(35),
    description: z.string().max(140),
    background_color: z.string().regex(/^#[0-9a-f]{6}$/),
  }),
  features: z.strictObject({
    app_home: z.strictObject({
      home_tab_enabled: z.literal(true),
      messages_tab_enabled: z.literal(true),
      messages_tab_read_only_enabled: z.literal(true),
    }),
    bot_user: z.strictObject({ display_name: z.string().max(80), always_online: z.boolean() }),
    slash_commands: z.array(commandSchema).length(1),
    shortcuts: z
      .array(
        z.strictObject({
          name: z.string().max(24),
          type: z.enum(['global', 'message']),
          callback_id: z.string().max(255),
          description: z.string().max(150),
        }),
      )
      .max(10),
  }),
  oauth_config: z.strictObject({ scopes: z.strictObject({ bot: z.array(z.string()) }) }),
  settings: z.strictObject({
    event_subscriptions: z.strictObject({ bot_events: z.array(z.string()) }),
    interactivity: z.strictObject({ is_enabled: z.literal(true) }),
    org_deploy_enabled: z.literal(false),
    socket_mode_enabled: z.literal(true),
    token_rotation_enabled: z.literal(false),
  }),
})

const manifest = manifestSchema.parse(parse(readFileSync(join(root, 'manifest.yml'), 'utf8')))

function botSources(): string[] {
  const files = readdirSync(join(root, 'bot'), { recursive: true, encoding: 'utf8' })
  return files
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(root, 'bot', file), 'utf8'))
}

test('[O.3] the app asks for exactly the scopes of what the bot calls', () => {
  const methods = botSources().flatMap(slackMethodsIn)

  const needed = scopesOf(methods, manifest.settings.event_subscriptions.bot_events)

  expect(manifest.oauth_config.scopes.bot).toEqual(needed)
})

test('the bot listens to exactly the events it is sent', () => {
  const listens = botSources().flatMap((source) => [...source.matchAll(/\.event\(\s*['"](\w+)['"]/g)])

  expect([...new Set(listens.flatMap(([, event]) => event ?? []))].toSorted()).toEqual(
    manifest.settings.event_subscriptions.bot_events,
  )
})

test('the app has exactly the shortcuts that the bot knows', () => {
  expect(manifest.features.shortcuts.map(({ callback_id }) => callback_id)).toEqual(Object.values(shortcuts))
})

test.each([
  ['await client.chat.update({ ts })', ['chat.update']],
  ['client.chat\n    .postMessage({})', ['chat.postMessage']],
  ['client?.views?.open(view)', ['views.open']],
  [`client.apiCall('conversations.open', {})`, ['conversations.open']],
  [`type Post = WebClient['chat']['postEphemeral']`, ['chat.postEphemeral']],
  ['client.usergroups.users.list({})', ['usergroups.users.list']],
  ['const send = client.chat.update.bind(client.chat)', ['chat.update']],
  ['// as chat.update does\n/* or chat.delete */', []],
  ['users.map((user) => user.id)', []],
])('%s names %j', (source, methods) => {
  expect(slackMethodsIn(source)).toEqual(methods)
})

test('a method that is not written down is refused by name', () => {
  expect(() => scopesOf(['files.uploadV2'], [])).toThrow('files.uploadV2')
})
