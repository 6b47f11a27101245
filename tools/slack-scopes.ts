import { WebClient } from '@slack/web-api'

/**
 * Which scopes a method needs in a conversation depends on the conversation's kind: the bot posts to public and private channels
 * and to people, and looks for its message wherever the answer got lost.
 */
const wherePosted = ['channels', 'groups', 'im'].map((kind) => `${kind}:history`)

/** The scopes that each of Slack's methods needs from a bot. Add a method here before its first use. */
const methodScopes: Readonly<Record<string, readonly string[]>> = {
  'auth.test': [],
  'chat.getPermalink': [],
  'chat.delete': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.history': wherePosted,
  'conversations.info': ['channels:read', 'groups:read'],
  'conversations.list': ['channels:read', 'groups:read'],
  'conversations.members': ['channels:read', 'groups:read'],
  'conversations.open': ['im:write'],
  'conversations.replies': wherePosted,
  'files.completeUploadExternal': ['files:write'],
  'files.getUploadURLExternal': ['files:write'],
  'pins.add': ['pins:write'],
  'usergroups.list': ['usergroups:read'],
  'usergroups.users.list': ['usergroups:read'],
  'users.conversations': ['channels:read', 'groups:read'],
  // The e-mail address tells whether the approver is the sole author.
  'users.info': ['users:read', 'users:read.email'],
  'users.list': ['users:read'],
  'users.lookupByEmail': ['users:read.email'],
  'views.open': [],
  'views.publish': [],
  'views.push': [],
  'views.update': [],
}

/** The scopes that each event needs. */
const eventScopes: Readonly<Record<string, readonly string[]>> = {
  app_home_opened: [],
  app_mention: ['app_mentions:read'],
  channel_unarchive: ['channels:read'],
  group_unarchive: ['groups:read'],
  member_joined_channel: ['channels:read', 'groups:read'],
}

/** All of Slack's methods, as the client knows them: `chat.update`, `usergroups.users.list` … */
const allMethods: ReadonlySet<string> = new Set(methodsOf(new WebClient(), ''))

function methodsOf(holder: object, prefix: string): string[] {
  return Object.entries(holder).flatMap(([name, member]: [string, unknown]) => {
    if (typeof member === 'function') return prefix === '' ? [] : [`${prefix}${name}`]
    return isPlainObject(member) ? methodsOf(member, `${prefix}${name}.`) : []
  })
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

/** The Slack methods that a source names: `client.chat.update(`, `'chat.update'` and `WebClient['chat']['update']`. */
export function slackMethodsIn(source: string): string[] {
  const code = source
    .replaceAll(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, '')
    .replaceAll(/\[\s*(['"])(\w+)\1\s*\]/g, '.$2')
    .replaceAll(/\s*\??\.\s*/g, '.')
  const paths = code.matchAll(/\w+(?:\.\w+)+/g)
  return [...new Set([...paths].flatMap(([path]) => methodIn(path.split('.')) ?? []))]
}

/** The longest part of a dotted path that is a method: `usergroups.users.list`, not its `users.list`. */
function methodIn(path: readonly string[]): string | undefined {
  const parts = path.flatMap((_, from) => path.map((__, index) => path.slice(from, index + 1).join('.')))
  return parts.filter((part) => allMethods.has(part)).toSorted((one, other) => other.length - one.length)[0]
}

/** The scopes that these methods and events, and a slash command, need. Throws for a method or event not listed. */
export function scopesOf(methods: readonly string[], events: readonly string[]): string[] {
  const scopes = [
    ...methods.map((name) => look(methodScopes, name)),
    ...events.map((name) => look(eventScopes, name)),
  ]
  return [...new Set(['commands', ...scopes.flat()])].toSorted()
}

function look(table: Readonly<Record<string, readonly string[]>>, name: string): readonly string[] {
  const scopes = table[name]
  if (scopes === undefined) throw new Error(`Write the scopes of ${name} into tools/slack-scopes.ts.`)
  return scopes
}
