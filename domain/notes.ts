/** Release notes: drafted at the cut, edited by people until the release, then frozen (G.8). */
import type { UserId } from './identifiers.js'
import type { NotedChange } from './ports.js'

/** In reading order. */
export const noteSections = [
  { name: 'highlights', title: 'Highlights' },
  { name: 'breaking', title: 'Breaking changes' },
  { name: 'features', title: 'New' },
  { name: 'fixes', title: 'Fixed' },
  { name: 'security', title: 'Security' },
  { name: 'performance', title: 'Performance' },
  { name: 'dependencies', title: 'Dependencies' },
  { name: 'documentation', title: 'Documentation' },
  { name: 'other', title: 'Other changes' },
  { name: 'upgrading', title: 'Upgrading' },
] as const
export type NoteSection = (typeof noteSections)[number]['name']

/** Plain text; a line that begins with a dash is an item. A section without text is absent. */
export type NoteTexts = Readonly<Partial<Record<NoteSection, string>>>

export const LONGEST_SECTION = 3_000

/** What one edit changed. */
export interface NotesChange {
  readonly by: UserId
  readonly sections: readonly NoteSection[]
}

export interface ReleaseNotes {
  readonly sections: NoteTexts
  /** The candidate that they were drafted for. */
  readonly candidate: number
  /** Null: nobody has changed the draft. */
  readonly edited: { readonly by: UserId; readonly at: string } | null
  /** Every edit, oldest first. */
  readonly edits: readonly NotesChange[]
  /** True once released: they no longer change. */
  readonly frozen: boolean
}

const byLabel: ReadonlyMap<string, NoteSection> = new Map([
  ...(['breaking', 'breaking-change'] as const).map((label) => [label, 'breaking'] as const),
  ...(['feature', 'enhancement', 'feat'] as const).map((label) => [label, 'features'] as const),
  ...(['bug', 'fix', 'bugfix'] as const).map((label) => [label, 'fixes'] as const),
  ...(['performance', 'perf'] as const).map((label) => [label, 'performance'] as const),
  ...(['dependencies', 'deps'] as const).map((label) => [label, 'dependencies'] as const),
  ...(['documentation', 'docs'] as const).map((label) => [label, 'documentation'] as const),
  ['security', 'security'],
])
const leftOut: ReadonlySet<string> = new Set(['skip-notes', 'skip-changelog', 'ignore-for-release'])

const byType: ReadonlyMap<string, NoteSection> = new Map([
  ['feat', 'features'],
  ['fix', 'fixes'],
  ['perf', 'performance'],
  ['docs', 'documentation'],
  ['deps', 'dependencies'],
  ['security', 'security'],
])

/** Drafts the notes from the changes, newest first. `total`: how many there are, if `changes` has only the newest. */
export function draftNotes(changes: readonly NotedChange[], total = changes.length): NoteTexts {
  const lines = new Map<NoteSection, string[]>()
  for (const change of changes) {
    const section = sectionOf(change)
    if (section !== null) lines.set(section, [...(lines.get(section) ?? []), lineOf(change)])
  }
  if (total > changes.length)
    lines.set('other', [...(lines.get('other') ?? []), `- … and ${total - changes.length} more`])
  return Object.fromEntries([...lines].map(([section, of]) => [section, fitting(of)]))
}

/** A label is set by a person and takes precedence over the type; null: leave the change out. */
function sectionOf({ labels, type, scope, breaking }: NotedChange): NoteSection | null {
  const known = labels.map((label) => label.toLowerCase().replace(/[\s_]+/g, '-'))
  if (known.some((label) => leftOut.has(label))) return null
  if (breaking) return 'breaking'
  const labelled = known.flatMap((label) => byLabel.get(label) ?? [])[0]
  if (labelled !== undefined) return labelled
  if (scope === 'deps') return 'dependencies'
  return byType.get(type ?? '') ?? 'other'
}

function lineOf({ title, pull, authors, tickets }: NotedChange): string {
  const known = pull === null || title.includes(`#${pull}`) ? [] : [`(#${pull})`]
  const said = [title, ...known].join(' ').replace(/\s+/g, ' ').trim().slice(0, 300)
  const named = tickets.filter((ticket) => !title.includes(ticket))
  const who = authors.map((author) => author.slice(0, 60)).slice(0, 3)
  return `- ${[said, ...who, ...named.slice(0, 5)].join(', ')}`
}

/** As many whole lines as fit into a section; the rest are counted. */
function fitting(lines: readonly string[]): string {
  const whole = lines.join('\n')
  if (whole.length <= LONGEST_SECTION) return whole
  let count = lines.length
  const text = (): string => [...lines.slice(0, count), `- … and ${lines.length - count} more`].join('\n')
  while (count > 0 && text().length > LONGEST_SECTION) count -= 1
  return text()
}

/** The notes after a person's edit: a lone dash removes a section, and unanswered sections stay. */
export function editedNotes(before: NoteTexts, answers: NoteTexts): NoteTexts {
  const merged = { ...before, ...answers }
  return Object.fromEntries(
    noteSections.flatMap(({ name }) => {
      const text = (merged[name] ?? '').replaceAll('\r\n', '\n').trim().slice(0, LONGEST_SECTION)
      return text === '' || text === '-' ? [] : [[name, text]]
    }),
  )
}

/** Sections as a person wrote them in a form. */
export interface WrittenNotes {
  readonly answers: NoteTexts
  /** How many edits the notes had when the form showed them. */
  readonly seen: number
}

/** A section that was changed after a form showed it; `by`: who did that last. */
export interface NewerSection {
  readonly section: NoteSection
  readonly by: UserId
}

/** What changed since a form showed the notes. */
export function newerSections({ edits }: ReleaseNotes, seen: number): readonly NewerSection[] {
  const later = edits.slice(seen).toReversed()
  return noteSections.flatMap(({ name: section }) => {
    const last = later.find(({ sections }) => sections.includes(section))
    return last === undefined ? [] : [{ section, by: last.by }]
  })
}

/** What saving a form would undo without a word: other text in a section that changed since. */
export function overtaken(notes: ReleaseNotes, { answers, seen }: WrittenNotes): readonly NewerSection[] {
  const after = editedNotes(notes.sections, answers)
  return newerSections(notes, seen).filter(({ section }) => after[section] !== notes.sections[section])
}

/** The title of a section. */
export const titleOf = (section: NoteSection): string =>
  noteSections.find(({ name }) => name === section)?.title ?? section

/** The titles of the sections that differ. */
export const changedSections = (before: NoteTexts, after: NoteTexts): readonly string[] =>
  noteSections.filter(({ name }) => before[name] !== after[name]).map(({ title }) => title)
