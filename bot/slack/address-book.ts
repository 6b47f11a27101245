/** Maps email addresses to people: by the configuration, otherwise by Slack. */
import { WebAPIPlatformError } from '@slack/web-api'
import * as z from 'zod'
import { type Identities, ownersByFile } from '../../domain/authorship.js'
import { parseUserId, type UserId } from '../../domain/identifiers.js'
import type { SlackCall } from './reply.js'

export interface AddressBook {
  /** Null: the owner is unknown, or Slack could not be asked. */
  owner(address: string): Promise<UserId | null>
}

export interface AddressBookOptions {
  readonly call: SlackCall
  /** From the current configuration. */
  readonly identities: () => Identities
  /** Milliseconds from a monotonic clock. */
  readonly now: () => number
}

const REMEMBERED_MS = 3_600_000
const MOST_REMEMBERED = 2_000

const found = z.object({ user: z.object({ id: z.string(), deleted: z.boolean().optional() }) })

const isUnknown = (error: unknown): boolean =>
  error instanceof WebAPIPlatformError && error.data.error === 'users_not_found'

export function createAddressBook({ call, identities, now }: AddressBookOptions): AddressBook {
  const known = new Map<string, { readonly user: UserId | null; readonly until: number }>()

  async function look(email: string): Promise<UserId | null> {
    const before = known.get(email)
    if (before && before.until > now()) return before.user
    const user = await call('users.lookupByEmail', { email }).then(
      (answer) => {
        const parsed = found.safeParse(answer)
        return parsed.success && !parsed.data.user.deleted ? parseUserId(parsed.data.user.id) : null
      },
      (error: unknown) => {
        if (isUnknown(error)) return null
        throw error
      },
    )
    if (known.size >= MOST_REMEMBERED) known.clear()
    known.set(email, { user, until: now() + REMEMBERED_MS })
    return user
  }

  return {
    owner: async (address) => {
      const [owner, another] = ownersByFile(identities(), address)
      if (owner !== undefined) return another === undefined ? owner : null
      // A failed lookup is repeated next time.
      return address.includes('@') ? look(address).catch(() => null) : null
    },
  }
}
