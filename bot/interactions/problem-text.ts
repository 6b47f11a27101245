/** The answer to text that is not a command: nothing was done, why, and a command to copy. */
import { unreachable } from '../../domain/exhaustive.js'
import type { Problem } from '../commands/parsed-command.js'
import { refusalMessage } from '../verbs/refusal-message.js'
import { examplesOf } from '../verbs/usage.js'
import { context, section } from '../views/blocks.js'
import { code } from '../views/escape.js'
import type { Message } from '../views/message.js'

type WordsProblem = Exclude<Problem, { readonly kind: 'refused' }>

interface Words {
  readonly because: string
  readonly next: string
}

/** The ephemeral answer to a problem; its error id appears in the log. */
export function problemMessage(
  problem: Problem,
  errorId: string,
  { command, offers = [] }: { readonly command: string; readonly offers?: readonly string[] },
): Message {
  if (problem.kind === 'refused') return refusalMessage(problem.refusal, errorId, command)
  const { because, next: usual } = words(problem, command)
  const next =
    offers.length === 0
      ? usual
      : `Did you mean ${offers.map((text) => copy(`${command} ${text}`)).join(' or ')}?`
  return {
    text: `I did not do anything. ${because} ${next}`,
    blocks: [
      section(`✋ *I did not do anything.*\n${because}\n*Next* ${next}`),
      context(`Not understood: ${problem.kind} · err ${code(errorId, 60)}`),
    ],
  }
}

function words(problem: WordsProblem, command: string): Words {
  switch (problem.kind) {
    case 'unknown-verb':
      return unknownVerb(problem, command)
    case 'approve-or-accept': {
      const choices = ['approve', 'accept'].map((verb) => copy(`${command} ${verb} ${problem.rest}`.trim()))
      return {
        because: `${code(problem.text)} could mean two different decisions: approve lets a deployment in before it starts, accept judges it afterwards.`,
        next: `Say which: ${choices.join(' or ')}.`,
      }
    }
    case 'unknown-flag': {
      const near = problem.nearest.map((flag) => code(`--${flag}`))
      return {
        because: `${problem.verb} has no ${code(`--${problem.flag}`)}.`,
        next: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : example(problem.verb, command),
      }
    }
    case 'flag-without-value':
      return {
        because: `${code(`--${problem.flag}`)} needs a value after it.`,
        next: example(problem.verb, command),
      }
    case 'unexpected':
      return {
        because: `I don't know what ${code(problem.text, 60)} means there.`,
        next: example(problem.verb, command),
      }
    default:
      return moreWords(problem, command)
  }
}

type MoreProblems = Extract<
  WordsProblem,
  { readonly kind: 'unknown-item' | 'unclosed-quote' | 'which-app' | 'incomplete' }
>

function moreWords(problem: MoreProblems, command: string): Words {
  switch (problem.kind) {
    case 'unknown-item':
      return {
        because: `There is no item ${code(problem.text, 60)} on the checklist.`,
        next:
          problem.items.length > 0
            ? `The nearest are ${problem.items
                .slice(0, 5)
                .map((item) => code(item, 60))
                .join(', ')}.`
            : 'This app has no checklist.',
      }
    case 'unclosed-quote':
      return {
        because: `A quotation mark is never closed: ${code(problem.from, 60)}.`,
        next: 'Close it and send the command again.',
      }
    case 'which-app':
      return {
        because: 'This channel belongs to no app, and the command names none.',
        next:
          problem.apps.length > 0
            ? `Name one: ${problem.apps
                .slice(0, 5)
                .map((app) => copy(`${command} ${problem.verb} ${app}`))
                .join(', ')}.`
            : 'No app is configured yet.',
      }
    case 'incomplete':
      return {
        because: `${problem.verb} needs more than that, and I can't open a form from a message.`,
        next: example(problem.verb, command),
      }
    default:
      return unreachable(problem)
  }
}

function unknownVerb(
  { text, nearest, rest }: Extract<WordsProblem, { readonly kind: 'unknown-verb' }>,
  command: string,
): Words {
  const runs = nearest.map((verb) => copy(`${command} ${verb} ${rest}`.trim()))
  return {
    because: `I don't know ${code(text, 60)}.`,
    next:
      runs.length > 0 ? `Did you mean ${runs.join(' or ')}?` : `See what I know: ${copy(`${command} help`)}.`,
  }
}

const copy = (text: string): string => code(text, 140)

function example(verb: Parameters<typeof examplesOf>[0], command: string): string {
  const [first = `${command} help ${verb}`] = examplesOf(verb, command)
  return `For example: ${copy(first)}.`
}
