/** Looks up people in Slack, cached for a minute; `null` whenever Slack did not answer. */
import * as z from 'zod'
import { parseUserId, type UserId } from '../../domain/identifiers.js'
import type { BotLog } from './log.js'

export type PersonKind = 'member' | 'guest' | 'bot' | 'deleted' | 'stranger'

export interface Person {
  readonly user: UserId
  readonly kind: PersonKind
  /** IANA name; UTC when Slack gives none. */
  readonly timezone: string
  readonly email: string | null
  /** The person's display name; null when Slack gives none. */
  readonly name: string | null
}

export interface People {
  /** Null: the lookup failed. */
  person(user: UserId): Promise<Person | null>
  /** The people of a user group by its `@handle`. Null: the lookup failed. */
  groupMembers(handle: string): Promise<readonly UserId[] | 'no-such-group' | null>
}

export interface PeopleSource {
  /** One Web API call, e.g. `WebClient.apiCall`. */
  readonly call: (method: string, args: Record<string, unknown>) => Promise<unknown>
  /** The workspace's own id; null while it is unknown. */
  readonly teamId: () => string | null
  /** Milliseconds from a monotonic clock. */
  readonly now: () => number
  readonly log: BotLog
}

/** The longest that a person who left a group may still count as a member. */
const REMEMBERED_MS = 60_000
/** A failed lookup is repeated soon, but not for each of many presses. */
const FAILED_MS = 3_000
/** An order's answer waits for this. */
const TIMEOUT_MS = 2_500
const MOST_REMEMBERED = 5_000

const userSchema = z.object({
  user: z.object({
    id: z.string(),
    team_id: z.string().optional(),
    deleted: z.boolean().optional(),
    is_bot: z.boolean().optional(),
    is_workflow_bot: z.boolean().optional(),
    is_restricted: z.boolean().optional(),
    is_ultra_restricted: z.boolean().optional(),
    is_stranger: z.boolean().optional(),
    tz: z.string().nullish(),
    real_name: z.string().optional(),
    profile: z.object({ email: z.string().optional(), real_name: z.string().optional() }).optional(),
    enterprise_user: z.object({ teams: z.array(z.string()).optional() }).optional(),
  }),
})
type SlackUser = z.infer<typeof userSchema>['user']

const groupsSchema = z.object({ usergroups: z.array(z.object({ id: z.string(), handle: z.string() })) })
const membersSchema = z.object({ users: z.array(z.string()) })

export function createPeople(source: PeopleSource): People {
  const person = remember(source, async (user: UserId) => {
    const answer = userSchema.parse(await source.call('users.info', { user }))
    return personOf(answer.user, user, source.teamId())
  })
  const groups = remember(source, async (_: 'all') => {
    const { usergroups } = groupsSchema.parse(await source.call('usergroups.list', {}))
    return new Map(usergroups.map(({ id, handle }) => [handle, id]))
  })
  const members = remember(source, async (usergroup: string) => {
    const answer = membersSchema.parse(await source.call('usergroups.users.list', { usergroup }))
    return answer.users.flatMap((user) => parseUserId(user) ?? [])
  })
  return {
    person,
    groupMembers: async (handle) => {
      const known = await groups('all')
      if (known === null) return null
      const id = known.get(handle.replace(/^@/, ''))
      return id === undefined ? 'no-such-group' : members(id)
    },
  }
}

function personOf(user: SlackUser, asked: UserId, teamId: string | null): Person {
  const email = user.profile?.email ?? null
  const name = (user.profile?.real_name ?? user.real_name ?? '').trim() || null
  return { user: asked, kind: kindOf(user, teamId), timezone: user.tz ?? 'UTC', email, name }
}

function kindOf(user: SlackUser, teamId: string | null): PersonKind {
  if (user.deleted === true) return 'deleted'
  if (user.is_bot === true || user.is_workflow_bot === true || user.id === 'USLACKBOT') return 'bot'
  if (user.is_stranger === true || isElsewhere(user, teamId)) return 'stranger'
  return user.is_restricted === true || user.is_ultra_restricted === true ? 'guest' : 'member'
}

/** An organisation may have several workspaces; each user's record names their own. */
function isElsewhere({ team_id, enterprise_user }: SlackUser, teamId: string | null): boolean {
  if (teamId === null || team_id === undefined || team_id === teamId) return false
  return enterprise_user?.teams?.includes(teamId) !== true
}

interface Remembered<Value> {
  readonly value: Promise<Value | null>
  until: number
}

/** Shares one request among concurrent callers; a failure gives `null` and is forgotten soon. */
function remember<Key extends string, Value>(
  { now, log }: PeopleSource,
  ask: (key: Key) => Promise<Value>,
): (key: Key) => Promise<Value | null> {
  const known = new Map<Key, Remembered<Value>>()
  return (key) => {
    const held = known.get(key)
    if (held !== undefined && held.until > now()) return held.value
    if (known.size >= MOST_REMEMBERED) known.clear()
    const asked = now()
    const value = withTimeout(ask(key)).catch((error: unknown) => {
      log.warn({ err: error, key }, 'A look-up in Slack failed')
      const entry = known.get(key)
      if (entry?.value === value) entry.until = Math.min(entry.until, now() + FAILED_MS)
      return null
    })
    // Measured from the request, not the answer, so that a cached value is never older than that.
    known.set(key, { value, until: asked + REMEMBERED_MS })
    return value
  }
}

async function withTimeout<Value>(work: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('Slack did not answer in time')), TIMEOUT_MS)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
