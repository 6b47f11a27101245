/** Presses that only ask. */
import type { ReadRequest } from '../commands/parsed-command.js'
import { type ButtonTarget, type ButtonVerb, releaseOf } from '../views/button-target.js'

type Question = 'log' | 'status' | 'list' | 'where' | 'diff' | 'history' | 'why' | 'plan'
const questions: readonly string[] = ['log', 'status', 'list', 'where', 'diff', 'history', 'why', 'plan']
/** Whether a verb only asks. */
export const isQuestion = (verb: ButtonVerb): verb is Question => questions.includes(verb)

/** Null: the button lacks what its question is about. */
export function questionOf(target: ButtonTarget, verb: Question): ReadRequest | null {
  const { app, environment, deploymentId, argument } = target
  const here = false
  const of = { app, release: releaseOf(target), environment: environment ?? null, here }
  switch (verb) {
    case 'log':
      if (deploymentId === undefined) return null
      return { kind: 'log', app, deployment: deploymentId, here }
    case 'list': {
      const page = Number(argument ?? '1')
      const read = { kind: 'list', app, what: 'releases', mine: false, page, here } as const
      return Number.isInteger(page) && page > 0 ? read : null
    }
    case 'where':
      return { kind: 'where', app, environment: environment ?? null, here }
    case 'diff':
      return { kind: 'diff', ...of, against: argument ?? null }
    case 'history':
      return { kind: 'history', ...of, since: null, by: null }
    case 'status':
    case 'why':
    case 'plan':
      return { kind: verb, ...of }
    default:
      return verb satisfies never
  }
}
