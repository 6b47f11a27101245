/** Finds verbs by their name or an alias. */
import { nearest } from '../../domain/nearest.js'
import { isVerb, type Verb, verbNames, verbs } from '../../domain/verbs.js'

/** The aliases of a verb. */
export const aliasesOf = (verb: Verb): readonly string[] => {
  const definition = verbs[verb]
  return 'aliases' in definition ? definition.aliases : []
}

const verbByAlias: ReadonlyMap<string, Verb> = new Map(
  verbNames.flatMap((verb) => aliasesOf(verb).map((alias) => [alias, verb] as const)),
)

/** Words that could mean either approve or accept, so they are accepted as neither. */
export const eitherDecision: readonly string[] = ['ok', 'lgtm', 'yes']

export function findVerb(word: string): Verb | null {
  const wanted = word.toLowerCase()
  return isVerb(wanted) ? wanted : (verbByAlias.get(wanted) ?? null)
}

/** The verbs that a misspelt word resembles; an alias is reported as its verb. */
export function nearestVerbs(word: string): readonly string[] {
  const close = nearest(word, [...verbNames, ...verbByAlias.keys()])
  return [...new Set(close.map((name) => findVerb(name) ?? name))]
}
