/** Who wrote what ships, and whether somebody else than an approver did. What cannot be decided satisfies nobody. */
import type { CommitSha, UserId } from './identifiers.js'

/** Who wrote one commit, by the addresses in it, in small letters. */
export interface CommitAuthors {
  readonly commit: CommitSha
  /** Its author, its co-authors, and who signed it off; empty text: without an address. */
  readonly wrote: readonly string[]
  /** Who merged or committed it, where that is somebody else; null when it says nobody. */
  readonly merged: string | null
}

/** Whose addresses are whose, as the file says. */
export interface Identities {
  readonly people: readonly {
    readonly user: UserId
    /** E-mail addresses, and names of accounts at a forge. */
    readonly names: readonly string[]
  }[]
  /** Programs that write commits: what they wrote belongs to who merged it. */
  readonly agents: readonly string[]
}

/** What a look at the authors showed of an approver. */
export type Authorship =
  /** Somebody else, who is known, wrote this one. */
  | { readonly kind: 'other'; readonly commit: CommitSha; readonly user: UserId }
  | { readonly kind: 'sole' }
  /** Nobody knows whose address this is, so it may be the approver's; null: the commit names nobody. */
  | { readonly kind: 'unknown'; readonly commit: CommitSha; readonly address: string | null }

/** The account that a forge hides an address behind: `1234+alice@users.noreply.github.com`, GitLab's `1234-alice@…`. */
export function accountOf(address: string): string | null {
  const [, account] = /^(?:\d+[+-])?([^@]+)@users\.noreply\.[^@]+$/i.exec(address) ?? []
  return account?.toLowerCase() ?? null
}

function isNamed(names: readonly string[], address: string): boolean {
  const account = accountOf(address)
  return names.some((name) => {
    const small = name.toLowerCase()
    return small === address.toLowerCase() || (account !== null && small === account)
  })
}

/** The person that the file says an address to be of; null when it does not say, or names several. */
export function ownerByFile({ people }: Identities, address: string): UserId | null {
  const [owner, another] = people.filter(({ names }) => isNamed(names, address))
  return another === undefined ? (owner?.user ?? null) : null
}

/** Who answers for a commit: an agent's share in it is its merger's. */
export function answering({ agents }: Identities, { wrote, merged }: CommitAuthors): readonly string[] {
  const people = wrote.filter((address) => !isNamed(agents, address))
  const isShared = people.length < wrote.length && merged !== null && !isNamed(agents, merged)
  return [...new Set(isShared ? [...people, merged] : people)]
}

export interface Approver {
  readonly user: UserId
  /** Their address in Slack; null when Slack does not say. */
  readonly email: string | null
}

/**
 * Looks for a commit that a known person answers for and the approver does not. `owner` looks an address up, null when it is
 * nobody's who is known. The first commit that could not be decided is told when there is none.
 */
export async function authorshipOf(
  commits: readonly CommitAuthors[],
  approver: Approver,
  { identities, owner }: { identities: Identities; owner: (address: string) => Promise<UserId | null> },
): Promise<Authorship> {
  let unknown: Authorship | null = null
  for (const one of commits) {
    const addresses = answering(identities, one)
    const owners: (UserId | null)[] = []
    for (const address of addresses)
      owners.push(address === approver.email?.toLowerCase() ? approver.user : await owner(address))
    // Theirs in any case, whoever else had a part in it.
    if (owners.includes(approver.user)) continue
    const missing = owners.indexOf(null)
    const [user] = owners
    if (user !== undefined && user !== null && missing === -1)
      return { kind: 'other', commit: one.commit, user }
    unknown ??= { kind: 'unknown', commit: one.commit, address: addresses[missing] ?? null }
  }
  return unknown ?? { kind: 'sole' }
}

/** How many groups of authors are kept of a candidate: one that is left out satisfies nothing. */
export const MOST_AUTHORS = 50

/** Each group of authors once, with the newest of its commits: as much as a rule about authors needs. */
export function eachOnce(commits: readonly CommitAuthors[], most: number): readonly CommitAuthors[] {
  const seen = new Map<string, CommitAuthors>()
  for (const one of commits) {
    const key = JSON.stringify([one.wrote.toSorted(), one.merged])
    if (!seen.has(key)) seen.set(key, one)
  }
  return [...seen.values()].slice(0, most)
}
