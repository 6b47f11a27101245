/**
 * Slack's documented limits, checked by ourselves: the emulator accepts everything, and real
 * Slack answers `invalid_blocks` only in production. Faults are JSON pointers into what would be sent.
 */
import * as z from 'zod'

const node = z.record(z.string(), z.unknown())
type Node = z.infer<typeof node>

/** Maximum lengths of strings, by key. */
const strings: Readonly<Record<string, number>> = {
  action_id: 255,
  block_id: 255,
  callback_id: 255,
  external_id: 255,
  value: 2_000,
  url: 3_000,
  accessibility_label: 75,
  alt_text: 2_000,
  private_metadata: 3_000,
}

/** Maximum lengths of text objects, by the type of their parent and their key. */
const texts: Readonly<Record<string, number>> = {
  'header.text': 150,
  'section.text': 3_000,
  'section.fields': 2_000,
  'context.elements': 3_000,
  'button.text': 75,
  'overflow.options': 75,
  'option.text': 75,
  'option.description': 75,
  'confirm.title': 100,
  'confirm.text': 300,
  'confirm.confirm': 30,
  'confirm.deny': 30,
  'modal.title': 24,
  'modal.submit': 24,
  'modal.close': 24,
  'input.label': 2_000,
  'input.hint': 2_000,
  placeholder: 150,
}

/** Lists by the type of their parent and their key: minimum and maximum. */
const lists: Readonly<Record<string, readonly [number, number]>> = {
  'section.fields': [1, 10],
  'context.elements': [1, 10],
  'actions.elements': [1, 25],
  'overflow.options': [1, 5],
  'static_select.options': [1, 100],
  'multi_static_select.options': [1, 100],
  'checkboxes.options': [1, 10],
  'radio_buttons.options': [1, 10],
}

const MESSAGE_TEXT = 3_000
const ALL_TEXT = 12_000

/** Throws with every fault of a message; of its blocks too if it has any. */
export function assertWithinSlackLimits(message: unknown): void {
  const faults = slackFaults(message)
  if (faults.length > 0) throw new Error(`Slack would refuse this:\n${faults.join('\n')}`)
}

/** Every fault of a message (`text`, `blocks`) or of a view (`type`, `blocks`), as `/pointer: what is wrong`. */
export function slackFaults(sent: unknown): string[] {
  const parsed = node.safeParse(sent)
  if (!parsed.success) return ['/: not an object']
  const whole = parsed.data
  const isView = whole['type'] === 'modal' || whole['type'] === 'home'
  return [
    ...(isView ? viewFaults(whole) : messageFaults(whole)),
    ...blockFaults(whole['blocks'], isView ? 100 : 50),
    ...walk(whole, '', isView ? String(whole['type']) : 'message'),
  ]
}

function messageFaults(whole: Node): string[] {
  const { text } = whole
  if (typeof text !== 'string' || text.trim() === '') return ['/text: a full sentence is required']
  const all = allText(whole['blocks'])
  return [
    ...(text.length > MESSAGE_TEXT ? [`/text: ${text.length} characters, at most ${MESSAGE_TEXT}`] : []),
    ...(all > ALL_TEXT ? [`/blocks: ${all} characters in all, at most ${ALL_TEXT}`] : []),
  ]
}

function viewFaults(whole: Node): string[] {
  const size = Buffer.byteLength(JSON.stringify(whole))
  const titled = whole['type'] === 'home' || node.safeParse(whole['title']).success
  return [
    ...(size > 250_000 ? [`/: ${size} bytes, at most 250000`] : []),
    ...(titled ? [] : ['/title: missing']),
  ]
}

function blockFaults(blocks: unknown, most: number): string[] {
  if (blocks === undefined) return []
  if (!Array.isArray(blocks)) return ['/blocks: not a list']
  const ids = blocks.flatMap((block) => node.safeParse(block).data?.['block_id'] ?? [])
  return [
    ...(blocks.length > most ? [`/blocks: ${blocks.length} blocks, at most ${most}`] : []),
    ...(new Set(ids).size < ids.length ? ['/blocks: a block_id is used twice'] : []),
    ...blocks.flatMap((block, index) => [
      ...elementFaults(block, `/blocks/${index}`),
      ...tableFaults(block, `/blocks/${index}`),
    ]),
  ]
}

const table = z.object({
  type: z.literal('table'),
  rows: z.array(z.array(z.object({ type: z.literal('raw_text'), text: z.string() }))),
})

function tableFaults(block: unknown, at: string): string[] {
  if (node.safeParse(block).data?.['type'] !== 'table') return []
  const parsed = table.safeParse(block)
  if (!parsed.success) return [`${at}: not a table`]
  const { rows } = parsed.data
  const characters = rows.flat().reduce((sum, { text }) => sum + text.length, 0)
  const cells = new Set(rows.map((row) => row.length))
  return [
    ...(rows.length > 100 ? [`${at}/rows: ${rows.length}, at most 100`] : []),
    ...(cells.size > 1 || Math.max(...cells) > 20 ? [`${at}/rows: ${[...cells].join()} cells`] : []),
    ...(characters > 10_000 ? [`${at}: ${characters} characters, at most 10000`] : []),
    ...(rows.flat().some(({ text }) => text === '') ? [`${at}: a cell is empty`] : []),
  ]
}

function elementFaults(block: unknown, at: string): string[] {
  const elements = node.safeParse(block).data?.['elements']
  if (!Array.isArray(elements)) return []
  const each = elements.map((element) => node.safeParse(element).data ?? {})
  const ids = each.flatMap((element) => element['action_id'] ?? [])
  const primary = each.filter((element) => element['style'] === 'primary')
  return [
    ...(new Set(ids).size < ids.length ? [`${at}/elements: an action_id is used twice`] : []),
    ...(primary.length > 1 ? [`${at}/elements: more than one primary button`] : []),
  ]
}

function walk(value: unknown, at: string, holder: string): string[] {
  if (Array.isArray(value)) return value.flatMap((one, index) => walk(one, `${at}/${index}`, holder))
  const parsed = node.safeParse(value)
  if (!parsed.success) return []
  const kind = typeof parsed.data['type'] === 'string' ? parsed.data['type'] : holder
  return Object.entries(parsed.data).flatMap(([key, inner]) => {
    const below = `${at}/${key}`
    return [
      ...stringFaults(key, inner, below),
      ...listFaults(`${kind}.${key}`, inner, below),
      ...inside(kind, key, inner, below),
    ]
  })
}

function inside(kind: string, key: string, inner: unknown, at: string): string[] {
  const held = key === 'confirm' && kind !== 'confirm' ? 'confirm' : key === 'options' ? 'option' : kind
  return [...textFaults(kind, key, inner, at), ...walk(inner, at, held)]
}

function stringFaults(key: string, value: unknown, at: string): string[] {
  const most = strings[key]
  if (most === undefined || typeof value !== 'string') return []
  return value.length > most || value === '' ? [`${at}: ${value.length} characters, 1 to ${most}`] : []
}

function listFaults(place: string, value: unknown, at: string): string[] {
  const range = lists[place]
  if (range === undefined || !Array.isArray(value)) return []
  const [least, most] = range
  return value.length < least || value.length > most
    ? [`${at}: ${value.length} entries, ${least} to ${most}`]
    : []
}

function textFaults(kind: string, key: string, value: unknown, at: string): string[] {
  const most = texts[`${kind}.${key}`] ?? texts[key]
  if (most === undefined) return []
  const each = Array.isArray(value) ? value : [value]
  return each.flatMap((one, index) => {
    const text = node.safeParse(one).data?.['text']
    if (typeof text !== 'string') return []
    const where = Array.isArray(value) ? `${at}/${index}` : at
    return text.length > most || text.trim() === ''
      ? [`${where}/text: ${text.length} characters, 1 to ${most}`]
      : []
  })
}

function allText(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + allText(one), 0)
  const parsed = node.safeParse(value)
  if (!parsed.success) return 0
  return Object.entries(parsed.data).reduce(
    (sum, [key, inner]) =>
      sum + (key === 'text' && typeof inner === 'string' ? inner.length : allText(inner)),
    0,
  )
}
