/** The parsed arguments of a verb, sorted as far as possible without knowing what the verb means. */
import type { AppName, UserId } from '../../domain/identifiers.js'
import { parseUserId } from '../../domain/identifiers.js'
import { nearest } from '../../domain/nearest.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import type { Verb } from '../../domain/verbs.js'
import type { CommandContext, Problem } from './parsed-command.js'
import { type Flagged, readFlags } from './read-flags.js'
import { type Keyworded, readKeywords, type Word } from './read-keywords.js'
import { environmentWord } from './release-words.js'
import type { Syntax } from './syntax.js'
import type { Tokens } from './tokenise.js'

export interface Arguments {
  readonly kind: 'arguments'
  readonly verb: Verb
  /** The word the person used for the verb. */
  readonly typed: string
  readonly context: CommandContext
  /** Null: none was named, the channel has none, and there is more than one to choose from. */
  readonly app: AppDefinition | null
  /** True when the person named the app. */
  readonly appNamed: boolean
  /** Words that are neither flag, keyword nor app name, in order. */
  readonly words: readonly Word[]
  readonly quoted: readonly string[]
  readonly users: readonly UserId[]
  readonly values: ReadonlyMap<string, readonly string[]>
  readonly switches: ReadonlySet<string>
  readonly reason: string | null
}

/** Arguments for which the app is known. */
export interface AppArguments extends Arguments {
  readonly app: AppDefinition
}

export interface TypedVerb {
  readonly verb: Verb
  /** The word the person used for it. */
  readonly typed: string
  readonly syntax: Syntax
}

/** Sorts the tokens after a verb. */
export function readArguments(
  { verb, typed, syntax }: TypedVerb,
  after: Tokens,
  context: CommandContext,
): Arguments | Problem {
  const flagged = readFlags(verb, syntax, after)
  if (flagged.kind !== 'flagged') return flagged
  const keyworded = readKeywords(verb, syntax, flagged.words)
  if (keyworded.kind !== 'keyworded') return keyworded
  const values = mergeValues(flagged, keyworded)
  const words = keyworded.words.filter(({ token }) => token.kind === 'word' || token.kind === 'link')
  const chosen = chooseApp(values.get('app')?.at(-1) ?? null, words, context)
  if (chosen.kind === 'refused') return chosen
  return {
    kind: 'arguments',
    verb,
    typed: typed.toLowerCase(),
    context,
    app: chosen.app,
    appNamed: chosen.named,
    words: words.filter((word) => word !== chosen.word),
    quoted: keyworded.words.filter(({ token }) => token.kind === 'quoted').map(({ token }) => token.text),
    users: usersOf(keyworded.words),
    values,
    switches: flagged.switches,
    reason: flagged.reason,
  }
}

/** The last value given under a name, null when there is none. */
export const valueOf = (args: Arguments, name: string): string | null => args.values.get(name)?.at(-1) ?? null

/** The names of the app's environments, or of all apps' environments when no app is chosen. */
export function environmentNames(args: Arguments): readonly string[] {
  const apps = args.app === null ? args.context.apps : [args.app]
  return [...new Set(apps.flatMap((app) => app.environments.map((environment) => environment.name)))]
}

/** The choices that resemble a misspelt word; all of them when none does and there are few. */
export function choicesFor(word: string, choices: readonly string[]): readonly string[] {
  const close = nearest(word, choices)
  return close.length > 0 ? close : choices.slice(0, 5)
}

function usersOf(words: readonly Word[]): readonly UserId[] {
  return words.flatMap(({ token }) => (token.kind === 'user' ? (parseUserId(token.text) ?? []) : []))
}

function mergeValues(flagged: Flagged, keyworded: Keyworded): ReadonlyMap<string, readonly string[]> {
  const merged = new Map(flagged.values)
  for (const [name, value] of keyworded.values) merged.set(name, [...(merged.get(name) ?? []), value])
  return merged
}

type ChosenApp =
  | {
      readonly kind: 'chosen'
      readonly app: AppDefinition | null
      readonly named: boolean
      readonly word: Word | null
    }
  | Extract<Problem, { kind: 'refused' }>

function chooseApp(flag: string | null, words: readonly Word[], context: CommandContext): ChosenApp {
  if (flag !== null) {
    const app = named(flag, context)
    if (app !== null) return { kind: 'chosen', app, named: true, word: null }
    return { kind: 'refused', refusal: unknownApp(flag, context) }
  }
  const usual = usualApp(context)
  const matches = words.filter(({ token }) => named(token.text, context) !== null)
  // A word that names both an app and an environment of the default app means the environment, unless another word does.
  const word = matches.find((match) => !isPlace(match, words, usual)) ?? null
  if (word === null) return { kind: 'chosen', app: usual, named: false, word: null }
  return { kind: 'chosen', app: named(word.token.text, context), named: true, word }
}

function isPlace(match: Word, words: readonly Word[], usual: AppDefinition | null): boolean {
  if (usual === null || match.token.text.toLowerCase() === usual.name) return false
  const names = usual.environments.map((environment) => environment.name)
  const places = words.filter(({ token }) => environmentWord(token.text, names) !== null)
  return places.includes(match) && places.length === 1
}

function named(text: string, context: CommandContext): AppDefinition | null {
  return context.apps.find((app) => app.name === text.toLowerCase()) ?? null
}

function usualApp({ apps, channelApp, thread }: CommandContext): AppDefinition | null {
  const [first] = apps
  if (apps.length === 1 && first !== undefined) return first
  const usual: AppName | null = thread?.app ?? channelApp
  return apps.find((app) => app.name === usual) ?? null
}

/** The refusal for an app that is not configured. */
export function unknownApp(
  text: string,
  context: CommandContext,
): Extract<Problem, { kind: 'refused' }>['refusal'] {
  const names = context.apps.map((app) => app.name)
  return { code: 'unknown-app', text, nearest: choicesFor(text, names) }
}
