import type { KnownBlock, SectionBlock } from '@slack/types'
import { type CommitSha, shortCommit } from '../../../domain/identifiers.js'
import type { ChangedFile, ChangedFiles, CommitRange, ShownCommit, TakenOut } from '../../../domain/ports.js'
import { context, header, section } from '../blocks.js'
import { code, outside } from '../escape.js'
import { marks } from '../marks.js'
import type { Message } from '../message.js'

export interface Comparison {
  /** What is compared, e.g. `shop 2026.11.3-rc.1`. */
  readonly name: string
  readonly to: CommitSha
  /** What it is compared with, e.g. `production (2026.11.2)`; null when nothing is there yet. */
  readonly base: string | null
  readonly from: CommitSha | null
  readonly range: CommitRange
  readonly changes: ChangedFiles
  /** What the other one has and this one has not. */
  readonly takesOut: TakenOut
}

const COMMITS = 100
const FILES = 60
/** How many lines a block holds without coming near Slack's 3,000 characters. */
const LINES = 15

/** Commits, authors, pull requests and files since what runs there. */
export function diffMessage({ name, to, base, from, range, changes, takesOut }: Comparison): Message {
  const { commits, total, authors, people, pulls } = range
  const against = base === null ? 'nothing that runs yet' : base
  const text = `${name} has ${count(total, 'commit')} by ${count(authors, 'author')} that ${against} does not have.${behindWords(name, against, takesOut)}`
  const lines = commits.slice(0, COMMITS).map(commitLine)
  return {
    text,
    blocks: [
      header(`${name} against ${against}`),
      ...inBlocks([
        `*Commits* ${total}: ${from === null ? '' : `\`${shortCommit(from)}\`…`}\`${shortCommit(to)}\``,
        ...(lines.length > 0
          ? lines
          : [takesOut.total > 0 ? 'Nothing that is not there.' : 'Nothing: they are the same.']),
        ...(total > lines.length ? [`…and ${total - lines.length} more`] : []),
      ]),
      ...(takesOut.total === 0
        ? []
        : inBlocks([
            `${marks.overridden} *Behind by* ${count(takesOut.total, 'commit')}: ${against} has what ${name} has not`,
            ...takesOut.commits.map(commitLine),
            ...(takesOut.total > takesOut.commits.length
              ? [`…and ${takesOut.total - takesOut.commits.length} more`]
              : []),
          ])),
      ...(people.length === 0 ? [] : [section(`*Authors* ${authors}: ${listed(people, 12)}`)]),
      ...(pulls.length === 0
        ? []
        : [
            section(
              `*Pull requests* ${pulls.length}: ${listed(
                pulls.map((number) => `#${number}`),
                20,
              )}`,
            ),
          ]),
      ...fileBlocks(from, changes),
      ...(range.read < total
        ? [context(`Authors and pull requests are those of the newest ${range.read} commits.`)]
        : []),
      context('Read from git just now; a copied pick counts as a commit of its own.'),
    ],
  }
}

function fileBlocks(from: CommitSha | null, { files, total, added, deleted }: ChangedFiles): KnownBlock[] {
  if (from === null) return [section(`*Files* ${total} in all; there is nothing to compare them with`)]
  if (total === 0) return []
  return inBlocks([
    `*Files* ${total}: +${added} −${deleted}`,
    ...files.slice(0, FILES).map(fileLine),
    ...(total > FILES ? [`…and ${total - FILES} more`] : []),
  ])
}

function fileLine({ path, renamedFrom, added, deleted }: ChangedFile): string {
  const lines = added === null || deleted === null ? 'binary' : `+${added} −${deleted}`
  const from = renamedFrom === null ? '' : ` from ${code(renamedFrom, 100)}`
  return `• ${code(path, 100)}${from} ${lines}`
}

const commitLine = ({ sha, subject, author }: ShownCommit): string =>
  `\`${shortCommit(sha)}\` ${outside(subject, 100)} — ${outside(author, 40)}`

/** Which one is behind; nothing when neither lacks anything of the other. */
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
