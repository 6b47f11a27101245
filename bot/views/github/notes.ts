/** Markdown for people on the forge: the notes of a release, and the comment on a pull request. */
import {
  type AppName,
  type CommitSha,
  type EnvironmentName,
  shortCommit,
} from '../../../domain/identifiers.js'
import { type NoteTexts, noteSections } from '../../../domain/notes.js'

export interface NotesOrder {
  readonly title: string
  readonly description: string
  readonly sections: NoteTexts
}

const LONGEST_SUBJECT = 200
const LONGEST_DESCRIPTION = 20_000
/** GitHub allows 125,000 characters. */
const LONGEST_NOTES = 120_000
/** Invisible: keeps `@name` readable without mentioning anybody. */
const BREAK = '\u200b'
const invisible = /(?![\n\t])\p{Cc}|\p{Bidi_Control}/gu

/** Escapes outside text, so that it is neither markup nor a mention. `#12` stays a link to its own repository. */
export function asMarkdown(text: string): string {
  return text
    .replace(invisible, '')
    .replace(/[\\`*_{}[\]<>|~!&]/g, String.raw`\$&`)
    .replace(/@(?=[\p{L}\p{N}_-])/gu, `@${BREAK}`)
    .replace(/^([ \t]*)([#+=-])/gm, String.raw`$1\$2`)
    .replace(/^([ \t]*\d+)([.)])/gm, String.raw`$1\$2`)
}

const oneLine = (text: string, most: number): string =>
  asMarkdown(text.replace(/\s+/g, ' ').trim().slice(0, most))

/** Title, description and sections; list items stay items, and all other text is shown literally. */
export function notesMarkdown({ title, description, sections }: NotesOrder): string {
  const told = description.trim().slice(0, LONGEST_DESCRIPTION)
  return [
    `**${oneLine(title, LONGEST_SUBJECT)}**`,
    ...(told === '' ? [] : [asMarkdown(told)]),
    ...noteSections.flatMap(({ name, title: heading }) => {
      const text = sections[name]
      return text === undefined ? [] : [`### ${heading}\n\n${text.split('\n').map(itemOrText).join('\n')}`]
    }),
  ]
    .join('\n\n')
    .slice(0, LONGEST_NOTES)
}

const itemOrText = (line: string): string =>
  /^\s*[-*•] /.test(line) ? `- ${asMarkdown(line.replace(/^\s*[-*•] /, ''))}` : asMarkdown(line)

export interface ArrivalOrder {
  readonly app: AppName
  readonly environment: EnvironmentName
  readonly version: string | null
  readonly commit: CommitSha
  /** The environment's URL, as reported by its setup. */
  readonly url: string | null
}

/** Hidden in the comment to identify it: one comment for each pull request, app and environment. */
export const arrivalMarker = ({ app, environment }: Pick<ArrivalOrder, 'app' | 'environment'>): string =>
  `<!-- slipway:${app}/${environment} -->`

export function arrivalComment(order: ArrivalOrder): string {
  const { app, environment, version, commit, url } = order
  const what = version === null ? '' : ` with ${version}`
  const where = webAddress(url)
  const place = where === null ? `**${environment}**` : `[**${environment}**](<${where}>)`
  return `${arrivalMarker(order)}\nThis change reached ${place} of ${app}${what} (${shortCommit(commit)}).`
}

/** Null if it is not a web URL. */
export function webAddress(text: string | null): string | null {
  return text !== null && /^https?:\/\/[^\s<>"'`\\]+$/i.test(text) ? text : null
}
