/**
 * Groups and lists, parsed so that a bad entry never hides mistakes in others. They wrap zod's own because each mistake needs a
 * fix, and an unknown key needs a suggestion.
 */
import { z } from 'zod'
import { nearest } from '../domain/nearest.js'
import { notThat } from './fields.js'

/** Help for a group's own mistakes. */
export interface GroupHelp {
  readonly example: string
  /** Fixes for keys that people expect here but that belong elsewhere. */
  readonly hints?: Readonly<Record<string, string>>
}

type Output<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape, z.core.$strict>>

/** A group of known keys. */
export function group<Shape extends z.ZodRawShape>(shape: Shape, help: GroupHelp): z.ZodType<Output<Shape>> {
  const strict = z.strictObject(shape)
  return z.unknown().transform((given, context): Output<Shape> => {
    if (!isGroup(given)) {
      addMistake(context, notThat(given, 'a group of keys'), {
        fix: `write for example ${help.example}`,
      })
      return z.NEVER
    }
    const read = strict.safeParse(given)
    for (const issue of read.error?.issues ?? []) {
      if (issue.code === 'unrecognized_keys' && issue.path.length === 0)
        addUnknownKeys(context, issue.keys, { shape, help })
      else context.addIssue({ ...issue })
    }
    return read.success ? read.data : z.NEVER
  })
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function addMistake(context: z.RefinementCtx, message: string, params: { fix: string; at?: 'key' }): void {
  context.addIssue({ code: 'custom', message, params })
}

function addUnknownKeys(
  context: z.RefinementCtx,
  keys: readonly string[],
  { shape, help }: { shape: z.ZodRawShape; help: GroupHelp },
): void {
  const known = Object.keys(shape)
  for (const key of keys) {
    const [meant] = nearest(key, known)
    const guess =
      meant === undefined ? `remove it; known here: ${known.join(', ')}` : `did you mean ${meant}?`
    const hint = help.hints !== undefined && Object.hasOwn(help.hints, key) ? help.hints[key] : undefined
    const params = { fix: hint ?? guess, at: 'key' }
    context.addIssue({ code: 'custom', message: `unknown key "${key}"`, path: [key], params })
  }
}

/** Parses a part of a value by its own schema and adds its issues to the whole. */
export function readPart<Part>(
  context: z.RefinementCtx,
  schema: z.ZodType<Part>,
  { given, path = [] }: { given: unknown; path?: readonly string[] },
): z.ZodSafeParseResult<Part> {
  const read = schema.safeParse(given)
  for (const issue of read.error?.issues ?? []) context.addIssue({ ...issue, path: [...path, ...issue.path] })
  return read
}

/** Help for a list's own mistakes. */
export interface ListHelp {
  readonly example: string
  /** True: an empty list is a mistake. */
  readonly filled?: boolean
}

/** A list whose items all have the same form. */
export function listOf<Item>(item: z.ZodType<Item>, help: ListHelp): z.ZodType<Item[]> {
  const list = z.array(item)
  return z.unknown().transform((given, context): Item[] => {
    const params = { fix: `write for example ${help.example}` }
    if (!Array.isArray(given)) {
      addMistake(context, notThat(given, 'a list'), params)
      return z.NEVER
    }
    if (help.filled === true && given.length === 0) addMistake(context, 'the list is empty', params)
    const read = readPart(context, list, { given })
    return read.success ? read.data : z.NEVER
  })
}

/** A non-empty list of groups, or a single group in its place. */
export function oneOrMore<Item>(
  item: z.ZodType<Item>,
  { example }: Pick<ListHelp, 'example'>,
): z.ZodType<Item[]> {
  const list = listOf(item, { example, filled: true })
  return z.unknown().transform((given, context): Item[] => {
    if (Array.isArray(given)) {
      const read = readPart(context, list, { given })
      return read.success ? read.data : z.NEVER
    }
    const read = readPart(context, item, { given })
    return read.success ? [read.data] : z.NEVER
  })
}

/** One entry of a group whose keys are names. */
export interface Entry<Name, Value> {
  readonly name: Name
  readonly value: Value
}

/** A group of named values, in the order of the file. The names are validated too. */
export function entriesOf<Name, Value>(
  name: z.ZodType<Name>,
  value: z.ZodType<Value>,
  help: ListHelp,
): z.ZodType<Entry<Name, Value>[]> {
  return z.unknown().transform((given, context): Entry<Name, Value>[] => {
    const params = { fix: `write for example ${help.example}` }
    if (!isGroup(given)) {
      addMistake(context, notThat(given, 'a group of keys'), params)
      return z.NEVER
    }
    const keys = Object.keys(given)
    if (help.filled === true && keys.length === 0) addMistake(context, 'is empty', params)
    return keys.flatMap((key) => {
      const readName = name.safeParse(key)
      for (const issue of readName.error?.issues ?? []) context.addIssue({ ...keyIssue(issue), path: [key] })
      const readValue = readPart(context, value, { given: given[key], path: [key] })
      return readName.success && readValue.success ? [{ name: readName.data, value: readValue.data }] : []
    })
  })
}

function keyIssue(issue: z.core.$ZodIssue): z.core.$ZodIssueCustom {
  const params = issue.code === 'custom' ? issue.params : {}
  return { code: 'custom', message: issue.message, path: [], params: { ...params, at: 'key' } }
}

/** A group of named texts, as a plain object. */
export function textsOf(
  name: z.ZodType<string>,
  value: z.ZodType<string>,
  help: ListHelp,
): z.ZodType<Record<string, string>> {
  const entries = entriesOf(name, value, help)
  return entries.transform((all) => Object.fromEntries(all.map((entry) => [entry.name, entry.value])))
}

/** A group, or the word that disables it, which is read as `null`. */
export function offOr<Value>(value: z.ZodType<Value>): z.ZodType<Value | null> {
  return z.unknown().transform((given, context): Value | null => {
    if (given === 'off') return null
    const read = readPart(context, value, { given })
    return read.success ? read.data : z.NEVER
  })
}
