/** The verb a word names, by its own name or by an alias. */
import { nearest } from '../../domain/nearest.js'
import { isVerb, type Verb, verbNames, verbs } from '../../domain/verbs.js'

/** What else a verb is called. */
export const aliasesOf = (verb: Verb): readonly string[] => {
  const definition = verbs[verb]
  return 'aliases' in definition ? definition.aliases : []
}

const verbByAlias: ReadonlyMap<string, Verb> = new Map(
  verbNames.flatMap((verb) => aliasesOf(verb).map((alias) => [alias, verb] as const)),
)

/** Words that could mean either decision, and so mean neither. */
export const eitherDecision: readonly string[] = ['ok', 'lgtm', 'yes']

export function findVerb(word: string): Verb | null {
  const wanted = word.toLowerCase()
  return isVerb(wanted) ? wanted : (verbByAlias.get(wanted) ?? null)
}

/** The verbs a misspelt word was probably meant to be; an alias stands for its verb. */
export function nearestVerbs(word: string): readonly string[] {
  const close = nearest(word, [...verbNames, ...verbByAlias.keys()])
  return [...new Set(close.map((name) => findVerb(name) ?? name))]
}
