import type { CommitSha } from '../../domain/identifiers.js'
import type { RefResolution, RepositoryRef } from '../../domain/ports.js'
import type { Mirror } from './mirror.js'
import { nearestRefs } from './nearest-refs.js'
import { readCommit } from './read-commits.js'
import { isRefText, readSha } from './ref-text.js'

const BRANCHES = 'refs/remotes/origin/'
const TAGS = 'refs/tags/'
const HEADS = 'refs/heads/'
const FULL = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i
const ABBREVIATED = /^[0-9a-f]{7,63}$/i

/** The head of a branch as of the last fetch. */
export function branchCommit(mirror: Mirror, branch: string): Promise<CommitSha | null> {
  return mirror.commitOf(`${BRANCHES}${branch}`)
}

/** Whether the first commit is the second or one it descends from. */
export async function isAncestor(
  mirror: Mirror,
  ancestor: CommitSha,
  descendant: CommitSha,
): Promise<boolean> {
  const args = ['merge-base', '--is-ancestor', '--end-of-options', ancestor, descendant]
  return (await mirror.run({ args, answers: [1] })).code === 0
}

async function abbreviated(mirror: Mirror, text: string): Promise<readonly CommitSha[]> {
  const listed = await mirror.run({ args: ['rev-parse', `--disambiguate=${text.toLowerCase()}`] })
  const objects = listed.stdout.split('\n').filter((line) => line !== '')
  const types = await Promise.all(objects.map((object) => mirror.run({ args: ['cat-file', '-t', object] })))
  return objects.filter((_, index) => types[index]?.stdout.trim() === 'commit').map(readSha)
}

async function refNames(mirror: Mirror): Promise<readonly string[]> {
  const listed = await mirror.run({ args: ['for-each-ref', '--format=%(refname)', BRANCHES, TAGS] })
  const names = listed.stdout.split('\n').filter((line) => line !== '')
  return names.map((name) => name.replace(BRANCHES, '').replace(TAGS, ''))
}

/** As people write them: `main`, `origin/main`, `refs/heads/main`, `v1.2.0`, `refs/tags/v1.2.0`. */
function namesFor(text: string): readonly string[] {
  if (text.startsWith(HEADS)) return [`${BRANCHES}${text.slice(HEADS.length)}`]
  if (text.startsWith(TAGS)) return [text]
  const remote = text.startsWith('origin/') ? [`${BRANCHES}${text.slice('origin/'.length)}`] : []
  return [`${BRANCHES}${text}`, `${TAGS}${text}`, ...remote]
}

/** A possible meaning of a text: a commit, and an unambiguous name for it. */
interface Meaning {
  readonly commit: CommitSha
  readonly name: string
}

async function branchesAndTags(mirror: Mirror, text: string): Promise<readonly Meaning[]> {
  const found: Meaning[] = []
  for (const name of namesFor(text)) {
    const commit = await mirror.commitOf(name)
    if (commit !== null) found.push({ commit, name: name.replace(BRANCHES, HEADS) })
  }
  return found
}

async function meaningsOf(mirror: Mirror, text: string): Promise<readonly Meaning[]> {
  // A full id is never read as a branch of that name: people must get what they confirmed.
  if (FULL.test(text)) {
    const commit = await mirror.commitOf(text.toLowerCase())
    return commit === null ? [] : [{ commit, name: commit }]
  }
  const named = await branchesAndTags(mirror, text)
  const commits = ABBREVIATED.test(text) ? await abbreviated(mirror, text) : []
  // People who may push a branch must not be able to change the meaning of a reviewed commit's short name.
  if (commits.length > 0) return [...named, ...commits.map((commit) => ({ commit, name: commit }))]
  return new Set(named.map(({ commit }) => commit)).size > 1 ? named : named.slice(0, 1)
}

/**
 * Fetches and resolves a branch, a tag or a commit if the text is unambiguous; a full commit id always means itself.
 * `null` is the head of trunk.
 */
export async function resolveRef(
  mirror: Mirror,
  repository: RepositoryRef,
  ref: string | null,
): Promise<RefResolution> {
  const text = ref ?? `${HEADS}${repository.trunk}`
  if (isRefText(text)) await mirror.fetch()
  return findRef(mirror, repository, text)
}

/** See `Git.find`. */
export async function findRef(
  mirror: Mirror,
  repository: RepositoryRef,
  text: string,
): Promise<RefResolution> {
  if (!isRefText(text)) return { kind: 'invalid' }
  const meanings = await meaningsOf(mirror, text)
  const [first] = meanings
  if (first === undefined) return { kind: 'not-found', nearest: nearestRefs(text, await refNames(mirror)) }
  if (meanings.length > 1)
    return { kind: 'ambiguous', meanings: meanings.slice(0, 4).map(({ name }) => name) }
  const [commit, onTrunk] = await Promise.all([
    readCommit(mirror, first.commit),
    first.name === `${HEADS}${repository.trunk}` || isOnTrunk(mirror, repository, first.commit),
  ])
  return { kind: 'resolved', commit, onTrunk }
}

/** See `Git.offTrunk`. One query, however many commits there are. */
export async function commitsOffTrunk(
  mirror: Mirror,
  { trunk }: RepositoryRef,
  commits: readonly CommitSha[],
): Promise<readonly CommitSha[]> {
  for (const commit of commits) await mirror.requireCommit(commit)
  const head = await branchCommit(mirror, trunk)
  if (head === null || commits.length === 0) return commits
  const args = ['rev-list', '--end-of-options', ...commits, `^${head}`, '--']
  const strays = new Set((await mirror.run({ args })).stdout.split('\n'))
  return commits.filter((commit) => strays.has(commit))
}

async function isOnTrunk(mirror: Mirror, { trunk }: RepositoryRef, commit: CommitSha): Promise<boolean> {
  const head = await branchCommit(mirror, trunk)
  return head !== null && (head === commit || (await isAncestor(mirror, commit, head)))
}
