/** The title, description and type of releases and drafts: as typed, in forms, and as stored. */
import { nearest } from '../../../domain/nearest.js'
import { LONGEST_TITLE } from '../../../domain/order-limits.js'
import type { AppDefinition } from '../../../domain/pipeline.js'
import type { Refusal } from '../../../domain/refusal.js'
import { type AppArguments, unknownApp, valueOf } from '../../commands/arguments.js'
import { type ParsedCommand, problem, refused } from '../../commands/parsed-command.js'
import type { Flags } from '../../commands/syntax.js'
import { Refused } from '../../orders/handling.js'
import type { Answers, Field } from './form-spec.js'

export const titleFlags = { title: 'value', description: 'value', d: 'value' } as const satisfies Flags

export interface ReleaseDetails {
  readonly kind: 'details'
  readonly title: string
  readonly description: string
  readonly type: string
  /** True: the title was quoted or given by its flag. False: bare words, which may not be a title. */
  readonly certain: boolean
}

type Problem = Extract<ParsedCommand, { readonly kind: 'problem' }>

/** Title, description and type of a release that a command creates. */
export function readDetails(args: AppArguments): ReleaseDetails | Problem {
  const [quotedTitle, ...more] = args.quoted
  const flagTitle = valueOf(args, 'title')
  const unexpected = flagTitle === null ? more[0] : quotedTitle
  if (unexpected !== undefined) return problem({ kind: 'unexpected', text: unexpected, verb: args.verb })
  const title = flagTitle ?? quotedTitle ?? null
  const misspelt = misspeltApp(args, title !== null)
  if (misspelt !== null) return refused(unknownApp(misspelt, args.context))
  const type = readType(args)
  if (typeof type !== 'string') return refused(type)
  return {
    kind: 'details',
    title: title ?? args.words.map(({ token }) => token.text).join(' '),
    description: valueOf(args, 'description') ?? '',
    type,
    certain: title !== null && title !== '',
  }
}

/** Next to a title, a bare word is unexpected; alone, one that resembles an app name is a misspelling of it. */
function misspeltApp(args: AppArguments, titled: boolean): string | null {
  const [first, ...rest] = args.words
  if (first === undefined || (args.appNamed && !titled)) return null
  if (titled || first.keyword !== null) return first.token.text
  const apps = args.context.apps.map((app) => app.name)
  return rest.length === 0 && nearest(first.token.text, apps).length > 0 ? first.token.text : null
}

function readType(args: AppArguments): string | Refusal {
  const wanted = args.switches.has('hotfix') ? 'hotfix' : valueOf(args, 'type')
  if (wanted === null) return usualType(args.app)
  return refuseType(args.app, wanted.toLowerCase()) === null
    ? wanted.toLowerCase()
    : { code: 'unknown-type', text: wanted, nearest: nearest(wanted, typeNames(args.app)) }
}

const typeNames = ({ types }: AppDefinition): readonly string[] => types.map(({ name }) => name)

function usualType(app: AppDefinition): string {
  const names = typeNames(app)
  return names.includes('feature') ? 'feature' : (names[0] ?? 'feature')
}

/** Null when the app has a release type with that name. */
export function refuseType(app: AppDefinition, type: string): Refusal | null {
  const types = typeNames(app)
  return types.includes(type) ? null : { code: 'unknown-type', text: type, nearest: nearest(type, types) }
}

export const titleField = (required: boolean): Field => ({
  name: 'title',
  kind: 'line',
  label: 'Title',
  required,
  placeholder: 'Summer sale',
  most: 150,
})

export const descriptionField: Field = {
  name: 'description',
  kind: 'text',
  label: 'Description',
  required: false,
  most: 3_000,
}

export const linksOf = (answers: Answers): readonly string[] =>
  (answers('links') ?? '').split(/\s+/).filter((link) => link !== '')

export function typeField(app: AppDefinition): Field {
  const choices = typeNames(app).map((name) => ({ value: name, label: name }))
  return { name: 'type', kind: 'choice', label: 'Type', required: false, choices }
}

export const typeOf = (answers: Answers, app: AppDefinition): string =>
  typeNames(app).find((name) => name === answers('type')) ?? usualType(app)

/** The title as stored; a release cannot exist without one (S1.1). Throws a refusal. */
export function checkedTitle(text: string): string {
  const title = text.trim()
  if (title === '') throw new Refused({ code: 'title-missing' })
  if (title.length > LONGEST_TITLE)
    throw new Refused({ code: 'title-too-long', length: title.length, most: LONGEST_TITLE })
  return title
}
