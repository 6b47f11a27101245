/** What runs where, for many apps: one row for each app, one column for each environment. */
import type { KnownBlock, TableBlock } from '@slack/types'
import type { EnvironmentView } from '../../../domain/views.js'
import { context, section } from '../blocks.js'
import { clip, outside } from '../escape.js'
import type { Message } from '../message.js'
import { copyable } from '../refusals/refusal-words.js'
import { byApp, placeWords, whereInShort } from './where-in-short.js'

/** Slack's limits of a table, including its header; all cells together hold 10,000 characters. */
const ROWS = 100
const COLUMNS = 20
const CHARACTERS = 9_500
const CELL = 60
/** Keeps a text with one line for each app below the limit of a message. */
const LINES_OF_SECTION = 12
const TEXT = 10_000

/** Previews are left out: they belong to their pull requests, and each would need a column. */
export function whereTableMessage(environments: readonly EnvironmentView[], command: string): Message {
  const lasting = environments.filter(({ detail }) => !detail.preview)
  const apps = byApp(lasting)
  const names = columnsOf(lasting)
  const drawn = tableOf(apps, names.slice(0, COLUMNS - 1))
  const lines = linesOf(apps)
  const previews = environments.length - lasting.length
  const notes = (shown: number): KnownBlock[] => [
    ...(apps.size > shown ? [context(`…and ${apps.size - shown} more apps.`)] : []),
    ...(previews > 0
      ? [
          context(
            `${previews === 1 ? '1 preview' : `${previews} previews`}: ${copyable(`${command} env list`)}`,
          ),
        ]
      : []),
    context(`One app, with what can be done: ${copyable(`${command} where ${[...apps.keys()][0] ?? ''}`)}`),
  ]
  const tooWide =
    names.length >= COLUMNS ? [context(`…and ${names.length - COLUMNS + 1} more environments.`)] : []
  return {
    text: whereInShort(lasting),
    blocks: [drawn.block, ...tooWide, ...notes(drawn.apps)],
    plainer: [...sectionsOf(lines), ...notes(lines.length)],
  }
}

/** The names of all environments, ordered by their position in the pipelines. */
function columnsOf(environments: readonly EnvironmentView[]): readonly string[] {
  const positions = new Map<string, number>()
  for (const { name, position } of environments)
    positions.set(name, Math.max(position, positions.get(name) ?? 0))
  return [...positions].toSorted(([, one], [, other]) => one - other).map(([name]) => name)
}

type Cell = TableBlock['rows'][number][number]
const cell = (text: string): Cell => ({ type: 'raw_text', text: clip(text, CELL) })

function tableOf(
  apps: ReadonlyMap<string, readonly EnvironmentView[]>,
  names: readonly string[],
): { readonly block: TableBlock; readonly apps: number } {
  const rows: string[][] = [['App', ...names]]
  let left = CHARACTERS - lengthOf(rows[0] ?? [])
  for (const [app, places] of apps) {
    const row = [app, ...names.map((name) => wordsIn(places, name))].map((text) => clip(text, CELL))
    left -= lengthOf(row)
    if (left < 0 || rows.length === ROWS) break
    rows.push(row)
  }
  const column_settings = rows[0]?.map(() => ({ is_wrapped: true })) ?? []
  const block: TableBlock = { type: 'table', column_settings, rows: rows.map((row) => row.map(cell)) }
  return { block, apps: rows.length - 1 }
}

/** Slack rejects an empty cell. */
function wordsIn(places: readonly EnvironmentView[], name: string): string {
  const place = places.find((one) => one.name === name)
  return place === undefined ? '–' : placeWords(place)
}

const lengthOf = (row: readonly string[]): number => row.reduce((sum, text) => sum + text.length, 0)

/** `*shop* integration 2026.11.3-rc.1 · production 2026.11.1`. */
function linesOf(apps: ReadonlyMap<string, readonly EnvironmentView[]>): readonly string[] {
  const lines: string[] = []
  let left = TEXT
  for (const [app, places] of apps) {
    const line = `*${outside(app, 40)}* ${places.map((place) => `${place.name} ${placeWords(place)}`).join(' · ')}`
    const short = clip(line, 240)
    left -= short.length + 1
    if (left < 0) break
    lines.push(short)
  }
  return lines
}

const sectionsOf = (lines: readonly string[]): KnownBlock[] =>
  Array.from({ length: Math.ceil(lines.length / LINES_OF_SECTION) }, (_, index) =>
    section(lines.slice(index * LINES_OF_SECTION, (index + 1) * LINES_OF_SECTION).join('\n')),
  )
