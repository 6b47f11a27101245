/** Who in Slack wrote a commit: by the e-mail address in it, and unless they asked not to hear of it. */
import * as z from 'zod'
import { type AppName, parseUserId, type UserId } from '../../domain/identifiers.js'
import type { MuteIntent } from '../../domain/intent.js'
import type { SlackCall } from './reply.js'

export interface Authors {
  /** The people of these addresses who want to hear of the app. Who cannot be found is left out. */
  find(app: AppName, emails: readonly string[]): Promise<readonly UserId[]>
}

export interface AuthorsOptions {
  readonly call: SlackCall
  readonly mutes: (
    app: AppName,
    users: readonly UserId[],
  ) => Promise<ReadonlyMap<UserId, MuteIntent['level']>>
  readonly now: () => number
}

const REMEMBERED_MS = 3_600_000
const MOST_REMEMBERED = 2_000
/** A push of a hundred people mentions the first few: it is a note, not a roll call. */
const MOST_TOLD = 10

const found = z.object({ user: z.object({ id: z.string(), deleted: z.boolean().optional() }) })

export function createAuthors({ call, mutes, now }: AuthorsOptions): Authors {
  const known = new Map<string, { readonly user: UserId | null; readonly until: number }>()

  async function look(email: string): Promise<UserId | null> {
    const before = known.get(email)
    if (before && before.until > now()) return before.user
    const user = await call('users.lookupByEmail', { email }).then(
      (answer) => {
        const parsed = found.safeParse(answer)
        return parsed.success && !parsed.data.user.deleted ? parseUserId(parsed.data.user.id) : null
      },
      () => null,
    )
    if (known.size >= MOST_REMEMBERED) known.clear()
    known.set(email, { user, until: now() + REMEMBERED_MS })
    return user
  }

  return {
    async find(app, emails) {
      const users = new Set<UserId>()
      for (const email of emails.slice(0, MOST_TOLD)) {
        const user = email.includes('@') ? await look(email) : null
        if (user !== null) users.add(user)
      }
      const levels = await mutes(app, [...users])
      return [...users].filter((user) => levels.get(user) !== 'none')
    },
  }
}
