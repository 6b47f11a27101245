/** Who wrote the changes that ship, and whether anyone other than an approver did. What cannot be decided satisfies no rule. */
import type { CommitSha, UserId } from './identifiers.js'

/** Who wrote one commit, as lower-case e-mail addresses. */
export interface CommitAuthors {
  readonly commit: CommitSha
  /** Its author, co-authors and sign-offs; empty text: no address. */
  readonly wrote: readonly string[]
  /** Who merged or committed it, if that is another person; null when the commit does not say. */
  readonly merged: string | null
  /** Who committed it, if somebody else merged it. */
  readonly committed?: string
}

/** A commit that a forge may know the merger of, as git alone does not. */
export interface ForgeCommit {
  readonly commit: CommitSha
  /** The pull request that its subject names, as a squash does; null: none. */
  readonly pull: number | null
}

/** Who wrote a commit, as far as git knows. */
export interface AuthorsInGit extends CommitAuthors {
  /** What to ask the forge about, if git does not say who merged it. */
  readonly onForge?: ForgeCommit
}

/** Which addresses belong to whom, according to `slipway.yaml`. */
export interface Identities {
  readonly people: readonly {
    readonly user: UserId
    /** E-mail addresses and forge account names. */
    readonly names: readonly string[]
  }[]
  /** Programs that write commits: what they wrote is attributed to the people who committed and merged it. */
  readonly agents: readonly string[]
}

/** What checking the authors showed for an approver. */
export type Authorship =
  /** Another, known person wrote this commit. */
  | { readonly kind: 'other'; readonly commit: CommitSha; readonly user: UserId }
  | { readonly kind: 'sole' }
  /** The owner of this address is unknown, so it may be the approver's; null: the commit names no author. */
  | { readonly kind: 'unknown'; readonly commit: CommitSha; readonly address: string | null }

const GITHUB = /^github\.|\.ghe\.com$/
const GITLAB = /^gitlab\./

/**
 * What a forge puts before the account: GitHub `1234+`, GitLab `1234-`. At GitHub `12-one` is an account; a host whose name does
 * not tell may be either.
 */
const numberAt = (host: string): RegExp =>
  GITHUB.test(host) ? /^\d+\+/ : GITLAB.test(host) ? /^\d+-/ : /^\d+[+-]/

/** The account behind a forge's no-reply address: `1234+alice@users.noreply.github.com`, GitLab's `1234-alice@…`. */
export function accountOf(address: string): string | null {
  const [, name, host] = /^([^@]+)@users\.noreply\.([^@]+)$/.exec(address.toLowerCase()) ?? []
  return name === undefined || host === undefined ? null : name.replace(numberAt(host), '')
}

/** A forge hides one account behind several addresses, with and without its number. */
function withoutNumber(address: string): string {
  const small = address.toLowerCase()
  const account = accountOf(small)
  return account === null ? small : `${account}${small.slice(small.indexOf('@'))}`
}

function isNamed(names: readonly string[], address: string): boolean {
  const account = accountOf(address)
  return names.some(
    (name) =>
      withoutNumber(name) === withoutNumber(address) || (account !== null && name.toLowerCase() === account),
  )
}

/** The people whom the file lists for an address; of several, nobody knows whose it is. */
export const ownersByFile = ({ people }: Identities, address: string): readonly UserId[] =>
  people.filter(({ names }) => isNamed(names, address)).map(({ user }) => user)

/** Whether a program wrote any of it, so that whoever brought it in is accountable. */
export const isByAgent = ({ agents }: Identities, { wrote }: CommitAuthors): boolean =>
  wrote.some((address) => isNamed(agents, address))

/** Who is accountable for a commit: an agent's share is attributed to whoever committed it and whoever merged it. */
export function answering(identities: Identities, authors: CommitAuthors): readonly string[] {
  const { wrote, merged, committed } = authors
  const broughtIn = [merged, committed].filter((address) => typeof address === 'string')
  const all = isByAgent(identities, authors) ? [...wrote, ...broughtIn] : wrote
  return [...new Set(all.filter((address) => !isNamed(identities.agents, address)))]
}

export interface Approver {
  readonly user: UserId
  /** Their e-mail address in Slack; null when Slack does not give one. */
  readonly email: string | null
}

/**
 * Looks for a commit that a known person other than the approver is accountable for. `owner` looks up an address and returns null
 * when its owner is unknown. If there is no such commit, returns the first one that could not be decided.
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
    // The approver is among its authors, so it does not count.
    if (owners.includes(approver.user)) continue
    const missing = owners.indexOf(null)
    const [user] = owners
    if (user !== undefined && user !== null && missing === -1)
      return { kind: 'other', commit: one.commit, user }
    unknown ??= { kind: 'unknown', commit: one.commit, address: addresses[missing] ?? null }
  }
  return unknown ?? { kind: 'sole' }
}

/** The groups of which there is something that an environment does not have yet; if it has everything, all of them. */
export function stillNew(
  authors: readonly CommitAuthors[],
  there: ReadonlySet<CommitSha>,
): readonly CommitAuthors[] {
  const fresh = authors.filter(({ commit }) => !there.has(commit))
  return fresh.length === 0 ? authors : fresh
}

/** How many groups of authors are stored per candidate: a group left out satisfies no rule. */
export const MOST_AUTHORS = 50

/** Each distinct group of authors once, with its newest commit: all that a rule about authors needs. */
export function eachOnce(commits: readonly CommitAuthors[], most: number): readonly CommitAuthors[] {
  const seen = new Map<string, CommitAuthors>()
  for (const one of commits) {
    const key = JSON.stringify([one.wrote.toSorted(), one.merged, one.committed])
    if (!seen.has(key)) seen.set(key, one)
  }
  return [...seen.values()].slice(0, most)
}
