import type { KnownBlock, SectionBlock } from '@slack/types'
import { type AppName, type CommitSha, shortCommit } from '../../../domain/identifiers.js'
import type { ChangedFile, ChangedFiles, CommitRange, ShownCommit, TakenOut } from '../../../domain/ports.js'
import { actions, context, header, section } from '../blocks.js'
import { code, outside } from '../escape.js'
import { marks } from '../marks.js'
import type { MessageWithButtons } from '../message.js'
import { pageButton } from './page-button.js'

export interface Comparison {
  /** What is compared, e.g. `shop 2026.11.3-rc.1`. */
  readonly name: string
  readonly to: CommitSha
  /** What it is compared with, e.g. `production (2026.11.2)`; null when nothing is there yet. */
  readonly base: string | null
  readonly from: CommitSha | null
  readonly range: CommitRange
  readonly changes: ChangedFiles
  /** Commits in the base that this one lacks. */
  readonly takesOut: TakenOut
}

/** How many commits a page shows. Even with the longest lines, the message stays below Slack's limit. */
export const DIFF_PAGE = 40
const FILES = 25
const TAKEN_OUT = 8
/** How many lines fit into a block without nearing Slack's 3,000 characters. */
const LINES = 15

export interface DiffOptions {
  /** Counts from 1. */
  readonly page: number
  readonly app: AppName
  /** The question as a command, without its page. */
  readonly command: string
}

/** A page of commits and files, with authors and pull requests, compared with what runs there. */
export function diffMessage(compared: Comparison, options: DiffOptions): MessageWithButtons {
  const { name, base, from, range, changes, takesOut } = compared
  const { total, authors } = range
  const pages = pagesOf(compared)
  const page = Math.min(options.page, pages)
  const turns = [
    ...(page < pages ? [pageButton('More', page + 1, options)] : []),
    ...(page > 1 ? [pageButton('Back', page - 1, options)] : []),
  ]
  const against = againstWords(base)
  const paging = pages > 1 ? `Page ${page} of ${pages}. ` : ''
  return {
    text: `${name} has ${count(total, 'commit')} by ${count(authors, 'author')} that ${against} does not have.${behindWords(name, against, takesOut)}`,
    blocks: [
      header(`${name} against ${against}`),
      ...commitBlocks(compared, page),
      ...behindBlocks(compared),
      ...peopleBlocks(range),
      ...fileBlocks(from, changes, page),
      context(`${paging}Read from git just now; a copied pick counts as a commit of its own.`),
      // Action ids are unique within a block.
      ...turns.map(({ element }) => actions([element])),
    ],
    buttons: turns.map(({ target }) => target),
  }
}

const againstWords = (base: string | null): string => base ?? 'nothing that runs yet'

function commitBlocks({ to, from, range, takesOut }: Comparison, page: number): KnownBlock[] {
  const { commits, total } = range
  const first = (page - 1) * DIFF_PAGE
  const lines = commits.slice(first, first + DIFF_PAGE).map(commitLine)
  const more = total - first - lines.length
  const none =
    total > 0
      ? 'All are on the pages before.'
      : takesOut.total > 0
        ? 'Nothing that is not there.'
        : 'Nothing: they are the same.'
  return inBlocks([
    `*Commits* ${total}: ${from === null ? '' : `\`${shortCommit(from)}\`…`}\`${shortCommit(to)}\``,
    ...(lines.length > 0 ? lines : [none]),
    ...(more > 0 ? [`…and ${more} more`] : []),
  ])
}

function behindBlocks({ name, base, takesOut }: Comparison): KnownBlock[] {
  const { total, commits } = takesOut
  if (total === 0) return []
  const shown = commits.slice(0, TAKEN_OUT)
  return inBlocks([
    `${marks.overridden} *Behind by* ${count(total, 'commit')}: ${againstWords(base)} has what ${name} has not`,
    ...shown.map(commitLine),
    ...(total > shown.length ? [`…and ${total - shown.length} more`] : []),
  ])
}

function peopleBlocks({ authors, people, pulls, read, total }: CommitRange): KnownBlock[] {
  const numbers = pulls.map((number) => `#${number}`)
  return [
    ...(people.length === 0 ? [] : [section(`*Authors* ${authors}: ${listed(people, 12)}`)]),
    ...(pulls.length === 0 ? [] : [section(`*Pull requests* ${pulls.length}: ${listed(numbers, 20)}`)]),
    ...(read < total ? [context(`Authors and pull requests are those of the newest ${read} commits.`)] : []),
  ]
}

const pagesOf = ({ range, changes, from }: Comparison): number =>
  Math.max(1, Math.ceil(range.total / DIFF_PAGE), from === null ? 1 : Math.ceil(changes.total / FILES))

function fileBlocks(
  from: CommitSha | null,
  { files, total, added, deleted }: ChangedFiles,
  page: number,
): KnownBlock[] {
  const first = (page - 1) * FILES
  const shown = files.slice(first, first + FILES)
  const more = total - first - shown.length
  if (from === null) return [section(`*Files* ${total} in all; there is nothing to compare them with`)]
  if (total === 0) return []
  return inBlocks([
    `*Files* ${total}: +${added} −${deleted}`,
    ...shown.map(fileLine),
    ...(more > 0 ? [`…and ${more} more`] : []),
  ])
}

function fileLine({ path, renamedFrom, added, deleted }: ChangedFile): string {
  const lines = added === null || deleted === null ? 'binary' : `+${added} −${deleted}`
  const from = renamedFrom === null ? '' : ` from ${code(renamedFrom, 60)}`
  return `• ${code(path, 80)}${from} ${lines}`
}

const commitLine = ({ sha, subject, author }: ShownCommit): string =>
  `\`${shortCommit(sha)}\` ${outside(subject, 90)} — ${outside(author, 30)}`

/** Which of the two is behind; empty when neither lacks anything of the other. */
const behindWords = (name: string, against: string, { total }: TakenOut): string =>
  total === 0
    ? ''
    : ` It is ${count(total, 'commit')} behind ${against}: promoting ${name} over it takes them out.`

const inBlocks = (lines: readonly string[]): SectionBlock[] =>
  Array.from({ length: Math.ceil(lines.length / LINES) }, (_, index) =>
    section(lines.slice(index * LINES, (index + 1) * LINES).join('\n')),
  )

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`

const listed = (texts: readonly string[], most: number): string =>
  `${texts
    .slice(0, most)
    .map((text) => outside(text, 60))
    .join(', ')}${texts.length > most ? ` and ${texts.length - most} more` : ''}`
