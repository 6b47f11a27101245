import { CommitParser } from 'conventional-commits-parser'
import type { CommitSha } from '../../domain/identifiers.js'
import type { NotedChange, NotedChanges } from '../../domain/ports.js'
import { pullRequestOf } from '../../domain/pull-request-of.js'
import { ownerOf } from '../../domain/repository-address.js'
import { type RangeOrder, requireEnds } from './commit-range.js'
import { conventionalPatterns } from './conventional-bump.js'
import type { Mirror } from './mirror.js'
import { withPathspecs } from './pathspecs.js'
import { readSha, revisionsOf, splitRecords } from './read-commits.js'

const parser = new CommitParser({
  ...conventionalPatterns,
  headerCorrespondence: ['type', 'scope', 'subject'],
})
const FIELDS = 5
const CO_AUTHORS = '%(trailers:key=Co-authored-by,valueonly,separator=%x1f)'
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
  const changes: NotedChange[] = []
  for (const fields of splitRecords(stdout, FIELDS)) {
    const change = changeOf(fields, owner)
    const brought = change.isMerge ? await authorsOf(mirror, change.sha, order.paths) : null
    changes.push({ ...change.change, ...(brought === null ? {} : { authors: brought }) })
  }
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
  const change: NotedChange = {
    title: parsed['subject'] ? [parsed['scope'], parsed['subject']].filter(Boolean).join(': ') : title,
    type: parsed['type']?.toLowerCase() ?? null,
    scope: parsed['scope'] ?? null,
    breaking,
    pull,
    labels: [],
    authors: [...new Set([author, ...namesIn(others)])],
    tickets: [...new Set(named)].filter((ticket) => !noTickets.test(ticket)),
  }
  return { sha: readSha(sha), isMerge, change }
}

/** The authors of what a merge brought to these paths, not the person who merged. */
async function authorsOf(
  mirror: Mirror,
  merge: CommitSha,
  paths: readonly string[],
): Promise<readonly string[] | null> {
  const args = ['log', '-z', `--format=%aN%x00${CO_AUTHORS}`, '--no-merges', '--max-count=100']
  const ends = ['--no-show-signature', '--end-of-options', `${merge}^1..${merge}`, '--']
  const { stdout } = await mirror.run(withPathspecs([...args, ...ends], paths))
  const names = splitRecords(stdout, 2).flatMap(([author = '', others = '']) => [author, ...namesIn(others)])
  return names.length === 0 ? null : [...new Set(names)]
}

const namesIn = (coAuthors: string): readonly string[] =>
  coAuthors
    .split('\x1f')
    .map((one) => one.replace(/<.*$/, '').trim())
    .filter(Boolean)
