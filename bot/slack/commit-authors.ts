/** Finds the Slack users who wrote commits, by email address, except those who muted the app. */
import { answering, type CommitAuthors, type Identities } from '../../domain/authorship.js'
import type { AppName, CommitSha, UserId } from '../../domain/identifiers.js'
import type { MuteIntent } from '../../domain/intent.js'
import type { AddressBook } from './address-book.js'

export interface Authors {
  /** The people with these addresses who want messages about the app, the first few. Unknown addresses are skipped. */
  find(app: AppName, emails: readonly string[]): Promise<readonly UserId[]>
  /** Each person who is responsible for any of these commits and wants messages about the app, with their commits in order. */
  ofCommits(
    app: AppName,
    commits: readonly CommitAuthors[],
  ): Promise<ReadonlyMap<UserId, readonly CommitSha[]>>
}

export interface AuthorsOptions {
  readonly book: AddressBook
  /** From the current configuration. */
  readonly identities: () => Identities
  readonly mutes: (
    app: AppName,
    users: readonly UserId[],
  ) => Promise<ReadonlyMap<UserId, MuteIntent['level']>>
}

/** A push by a hundred people mentions only the first few: it is a note, not a roll call. */
const MOST_MENTIONED = 10
/** How many addresses are looked up for one deployment. */
const MOST_TOLD = 100

export function createAuthors({ book, identities, mutes }: AuthorsOptions): Authors {
  async function wanting(app: AppName, users: readonly UserId[]): Promise<readonly UserId[]> {
    const levels = await mutes(app, users)
    return users.filter((user) => levels.get(user) !== 'none')
  }
  return {
    async find(app, emails) {
      const users = await ownersOf(book, emails.slice(0, MOST_MENTIONED))
      return wanting(app, [...new Set(users.values())])
    },
    async ofCommits(app, commits) {
      const written = commits.map((one) => ({
        commit: one.commit,
        addresses: answering(identities(), one),
      }))
      const addresses = new Set(written.flatMap((one) => one.addresses))
      const owners = await ownersOf(book, [...addresses].slice(0, MOST_TOLD))
      const wanted = await wanting(app, [...new Set(owners.values())])
      const isBy = (user: UserId) => (address: string) => owners.get(address) === user
      return new Map(
        wanted.map((user) => [
          user,
          written.filter((one) => one.addresses.some(isBy(user))).map(({ commit }) => commit),
        ]),
      )
    },
  }
}

async function ownersOf(
  book: AddressBook,
  addresses: readonly string[],
): Promise<ReadonlyMap<string, UserId>> {
  const owners = new Map<string, UserId>()
  for (const address of addresses) {
    const user = await book.owner(address)
    if (user !== null) owners.set(address, user)
  }
  return owners
}
