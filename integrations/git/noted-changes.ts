import { CommitParser } from 'conventional-commits-parser'
import type { CommitSha } from '../../domain/identifiers.js'
import type { NotedChange, NotedChanges } from '../../domain/ports.js'
import { pullRequestOf } from '../../domain/pull-request-of.js'
import { ownerOf } from '../../domain/repository-address.js'
import { CO_AUTHORS, type RangeOrder, requireEnds } from './commit-range.js'
import { conventionalPatterns } from './conventional-bump.js'
import { type Mailmap, mailmapOf } from './mailmap.js'
import type { Mirror } from './mirror.js'
import { withPathspecs } from './pathspecs.js'
import { revisionsOf, splitRecords } from './read-commits.js'
import { readSha } from './ref-text.js'

const parser = new CommitParser({
  ...conventionalPatterns,
  headerCorrespondence: ['type', 'scope', 'subject'],
})
const FIELDS = 5
const FORMAT = `--format=%H%x00%P%x00%aN%x00${CO_AUTHORS}%x00%B`
/** `UTF-8` and similar texts look like tickets. */
const noTickets = /^(?:UTF|SHA|ISO|RFC|CVE|MD|HTTP|BREAKING)-/

/** See `Git.noted`: follows first parents, where each pull request is one commit or one merge. */
export async function notedChanges(mirror: Mirror, order: RangeOrder, limit: number): Promise<NotedChanges> {
  await requireEnds(mirror, order)
  const revisions = revisionsOf(order)
  const args = ['-c', `mailmap.blob=${order.to}:.mailmap`, 'log', '-z', FORMAT, '--first-parent']
  const ends = ['--no-show-signature', '--end-of-options', revisions, '--']
  const { stdout } = await mirror.run(withPathspecs([...args, `--max-count=${limit}`, ...ends], order.paths))
  const counted = await mirror.run(
    withPathspecs(
      ['rev-list', '--count', '--first-parent', '--end-of-options', revisions, '--'],
      order.paths,
    ),
  )
  const owner = ownerOf(mirror.address)
  const read: { readonly change: Omit<NotedChange, 'authors'>; readonly by: readonly Written[] }[] = []
  for (const fields of splitRecords(stdout, FIELDS)) {
    const { sha, isMerge, by, change } = changeOf(fields, owner)
    const brought = isMerge ? await writtenIn(mirror, sha, order) : []
    read.push({ change, by: brought.length === 0 ? [by] : brought })
  }
  const coAuthors = read.flatMap(({ by }) => by.flatMap(({ others }) => others))
  const mailmap = await mailmapOf(mirror, order.to, [...new Set(coAuthors)])
  const changes = read.map(({ change, by }): NotedChange => ({ ...change, authors: namesOf(by, mailmap) }))
  return { changes, total: Number(counted.stdout.trim()) }
}

/** Git accepts commits without a subject if told to. */
const NO_MESSAGE = '(no message)'

const linesOf = (message: string): readonly string[] => (message.trim() || NO_MESSAGE).split('\n')

function changeOf(
  [sha = '', parents = '', author = '', others = '', message = '']: readonly string[],
  owner: string | null,
) {
  const [subject = '', ...body] = linesOf(message)
  const isMerge = parents.includes(' ')
  const pull = pullRequestOf({ subject, isMerge, isOnLine: true }, owner)
  // A merge button writes the title of the pull request below its own subject.
  const title = (isMerge && pull !== null && body.find((line) => line.trim() !== '')) || subject
  const parsed = parser.parse([title, ...body].join('\n'))
  const named = [...message.matchAll(/\b[A-Z][A-Z0-9]{1,9}-\d{1,9}\b/g)].map(([ticket]) => ticket)
  const breaking = parsed.notes.some(({ title: note }) => /^BREAKING[ -]CHANGE$/i.test(note))
  const change: Omit<NotedChange, 'authors'> = {
    title: parsed['subject'] ? [parsed['scope'], parsed['subject']].filter(Boolean).join(': ') : title,
    type: parsed['type']?.toLowerCase() ?? null,
    scope: parsed['scope'] ?? null,
    breaking,
    pull,
    labels: [],
    tickets: [...new Set(named)].filter((ticket) => !noTickets.test(ticket)),
  }
  return { sha: readSha(sha), isMerge, by: written(author, others), change }
}

interface Written {
  /** A name, according to `.mailmap`. */
  readonly author: string
  /** Co-authors as the commit names them. */
  readonly others: readonly string[]
}

const written = (author: string, others: string): Written => ({
  author,
  others: others.split('\x1f').filter(Boolean),
})

/** What a merge brought of the app: its authors count, not the person who merged. */
async function writtenIn(
  mirror: Mirror,
  merge: CommitSha,
  { to, paths }: RangeOrder,
): Promise<readonly Written[]> {
  const args = ['-c', `mailmap.blob=${to}:.mailmap`, 'log', '-z', `--format=%aN%x00${CO_AUTHORS}`]
  const limits = ['--no-merges', '--max-count=100', '--no-show-signature']
  const { stdout } = await mirror.run(
    withPathspecs([...args, ...limits, '--end-of-options', `${merge}^1..${merge}`, '--'], paths),
  )
  return splitRecords(stdout, 2).map(([author = '', others = '']) => written(author, others))
}

/** Each person once. */
function namesOf(commits: readonly Written[], mailmap: Mailmap): readonly string[] {
  const names = commits.flatMap(({ author, others }) => [
    author,
    ...others.map((contact) => mailmap(contact).name || contact.trim()),
  ])
  return [...new Set(names)].filter(Boolean)
}
