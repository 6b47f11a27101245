/** Who in Slack wrote a commit: by the e-mail address in it, and unless they asked not to hear of it. */
import type { AppName, UserId } from '../../domain/identifiers.js'
import type { MuteIntent } from '../../domain/intent.js'
import type { AddressBook } from './address-book.js'

export interface Authors {
  /** The people of these addresses who want to hear of the app. Who cannot be found is left out. */
  find(app: AppName, emails: readonly string[]): Promise<readonly UserId[]>
}

export interface AuthorsOptions {
  readonly book: AddressBook
  readonly mutes: (
    app: AppName,
    users: readonly UserId[],
  ) => Promise<ReadonlyMap<UserId, MuteIntent['level']>>
}

/** A push of a hundred people mentions the first few: it is a note, not a roll call. */
const MOST_TOLD = 10

export function createAuthors({ book, mutes }: AuthorsOptions): Authors {
  return {
    async find(app, emails) {
      const users = new Set<UserId>()
      for (const email of emails.slice(0, MOST_TOLD)) {
        const user = await book.owner(email)
        if (user !== null) users.add(user)
      }
      const levels = await mutes(app, [...users])
      return [...users].filter((user) => levels.get(user) !== 'none')
    },
  }
}
