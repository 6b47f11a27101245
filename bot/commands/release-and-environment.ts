/** Decides which of the remaining words is the release and which the environment. */
import { parseEnvironmentName } from '../../domain/identifiers.js'
import type { ReleaseRef } from '../../domain/intent.js'
import { nearest } from '../../domain/nearest.js'
import { type Arguments, choicesFor, environmentNames, unknownApp, valueOf } from './arguments.js'
import type { Problem } from './parsed-command.js'
import type { Word } from './read-keywords.js'
import { environmentWord, normaliseRelease, releaseRef, releaseWord } from './release-words.js'

/** What a verb accepts besides its app. */
export interface Takes {
  readonly release: boolean
  /** `permanent`: one that releases go through, so no preview. */
  readonly environment: boolean | 'permanent'
}

export interface ReleaseAndEnvironment {
  readonly kind: 'sorted'
  /** The name as typed, normalised; null when none was given. */
  readonly releaseText: string | null
  /** The named release, or else the thread's release; null when there is neither. */
  readonly release: ReleaseRef | null
  readonly environment: string | null
}

interface Sorting {
  release: string | null
  environment: string | null
  readonly unsorted: Word[]
}

/** Assigns all words, or returns the word that fits nowhere. */
export function releaseAndEnvironment(args: Arguments, takes: Takes): ReleaseAndEnvironment | Problem {
  const names = environmentNames(args)
  const sorting: Sorting = { release: null, environment: null, unsorted: [] }
  const flag = valueOf(args, 'environment')
  if (flag !== null) {
    const environment = wantedEnvironment(args, flag, takes)
    if (typeof environment !== 'string') return environment
    sorting.environment = environment
  }
  for (const word of args.words) sortExact(word, sorting, takes, names)
  for (const word of sorting.unsorted) {
    const problem = sortRest(args, word, sorting, takes)
    if (problem !== null) return problem
  }
  const [extra] = quotedTitle(args.quoted, sorting, takes)
  if (extra !== undefined) return { kind: 'unexpected', text: extra, verb: args.verb }
  return {
    kind: 'sorted',
    releaseText: sorting.release,
    release: takes.release ? releaseRef(sorting.release, args.context) : null,
    environment: sorting.environment,
  }
}

/** A draft has no version, so its quoted title names it. Returns the quoted texts that are left over. */
function quotedTitle(quoted: readonly string[], sorting: Sorting, takes: Takes): readonly string[] {
  const [title, ...extra] = quoted
  if (!takes.release || sorting.release !== null || title === undefined || title.trim() === '') return quoted
  sorting.release = title.trim()
  return extra
}

/** Assigns a word with a certain meaning; leaves any other for the second pass. */
function sortExact(word: Word, sorting: Sorting, takes: Takes, names: readonly string[]): void {
  const environment = takes.environment ? environmentWord(word.token.text, names) : null
  if (environment !== null && sorting.environment === null) {
    sorting.environment = environment
    return
  }
  const release = takes.release ? releaseWord(word.token) : null
  const joined = release === null ? null : joinRelease(sorting.release, release)
  if (joined === null) sorting.unsorted.push(word)
  else sorting.release = joined
}

/** Joins `2026.11.3 rc.1` to one name. Null: the two words do not form one. */
function joinRelease(before: string | null, word: string): string | null {
  if (before === null) return word
  const whole = normaliseRelease(before.startsWith('rc.') ? `${word}-${before}` : `${before}-${word}`)
  return /^\d+\.\d+\.\d+-rc\.\d+$/.test(whole) ? whole : null
}

/** Handles an ambiguous word: a misspelling, or the name of a release or a preview not known here. */
function sortRest(args: Arguments, word: Word, sorting: Sorting, takes: Takes): Problem | null {
  const { text } = word.token
  const wantsPlace = takes.environment && sorting.environment === null
  const misspelt = misspelling(args, word, wantsPlace)
  if (misspelt !== null) return misspelt
  if (takes.release && sorting.release === null && word.keyword === null) {
    sorting.release = normaliseRelease(text)
    return null
  }
  if (!wantsPlace) return { kind: 'unexpected', text, verb: args.verb }
  const environment = wantedEnvironment(args, text, takes)
  if (typeof environment !== 'string') return environment
  sorting.environment = environment
  return null
}

const wantedEnvironment = (args: Arguments, text: string, { environment }: Takes): string | Problem =>
  environment === 'permanent' ? permanentOrRefusal(args, text) : environmentOrRefusal(args, text)

function misspelling(args: Arguments, { keyword, token }: Word, wantsPlace: boolean): Problem | null {
  const place = wantsPlace ? nearest(token.text, environmentNames(args)) : []
  if (place.length > 0) {
    return { kind: 'refused', refusal: { code: 'unknown-environment', text: token.text, nearest: place } }
  }
  const apps = args.context.apps.map((app) => app.name)
  const couldBeApp =
    !args.appNamed && (nearest(token.text, apps).length > 0 || (keyword !== null && !wantsPlace))
  return couldBeApp ? { kind: 'refused', refusal: unknownApp(token.text, args.context) } : null
}

/** The environment with that name. A preview's name is accepted unchecked, because only the database knows the previews. */
export function environmentOrRefusal(args: Arguments, text: string): string | Problem {
  const found = permanentOrRefusal(args, text)
  const preview = parseEnvironmentName(text.toLowerCase())
  const couldBePreview = args.app?.previews != null && nearest(text, environmentNames(args)).length === 0
  return typeof found !== 'string' && couldBePreview && preview !== null ? preview : found
}

function permanentOrRefusal(args: Arguments, text: string): string | Problem {
  const names = environmentNames(args)
  const nearby = choicesFor(text, names)
  return (
    environmentWord(text, names) ?? {
      kind: 'refused',
      refusal: { code: 'unknown-environment', text, nearest: nearby },
    }
  )
}
