/** The usage of each verb, in a form that can be copied. */
import type { Verb } from '../../domain/verbs.js'
import { aliasesOf } from '../commands/find-verb.js'
import { canonicalFlag } from '../commands/read-flags.js'
import { context, section } from '../views/blocks.js'
import { code } from '../views/escape.js'
import type { Message } from '../views/message.js'
import { type ExampleNames, examplesAsHere } from '../views/read/examples.js'
import { syntaxOf, usageOf } from './table.js'

const asWritten: ExampleNames = { app: null, open: [] }

/** What each flag is for, and its value; aliases are listed under the flag's main name. */
const flagWords: Readonly<Record<string, string>> = {
  after: '`release` that it waits for; `none` ends that',
  app: '`name`, where the channel has none of its own',
  as: '`version` instead of the next one',
  by: '`@person` whose acts alone are shown',
  commit: '`commit`, also a short one',
  description: '`text`',
  draft: 'plans it, and cuts nothing yet',
  'dry-run': 'says what would happen, and does nothing',
  environment: '`environment`',
  from: '`branch`, tag or commit',
  here: 'answers to everybody in the channel',
  hotfix: 'cuts from what runs in production',
  link: '`ticket` or address',
  mine: 'only what you asked for',
  onto: '`release` that gets it',
  override: '`reason`: sets a rule aside, if you may',
  page: '`number`',
  past: 'takes a planned day that is over',
  planned: '`day`, e.g. `friday`',
  reason: '`text`, also after `because` or a colon',
  scope: '`text`: what it covers',
  setup: 'lets setup run first',
  since: '`time`, e.g. `7d`',
  'take-over': 'takes a lock from its owner, who is told',
  title: '`text`',
  type: '`type` of release',
  until: '`time` or, as `for`, how long, e.g. `2h`',
  vs: '`release`, environment or commit to compare with',
  yes: 'confirms it, where it asks',
}

/** The examples of a verb, prefixed with the command's name. */
export const examplesOf = (verb: Verb, command: string, names = asWritten): readonly string[] =>
  examplesAsHere(usageOf(verb).examples, names).map((example) => `${command} ${example}`)

export interface UsageNames extends ExampleNames {
  /** A part of the verb, such as `create` of `env`: only its examples are shown, if it has any. */
  readonly about?: string | null
}

/** What a verb does and how it is typed, with its flags. */
export function usageMessage(verb: Verb, command: string, names: UsageNames = asWritten): Message {
  const { does } = usageOf(verb)
  const also = aliasesOf(verb)
  const all = examplesOf(verb, command, names)
  const part = all.filter((example) => example.startsWith(`${command} ${verb} ${names.about ?? ''} `))
  const lines = (part.length > 0 ? part : all).map((example) => `• ${code(example, 140)}`)
  const other = also.length === 0 ? '' : `\nAlso called ${also.map((alias) => code(alias)).join(', ')}.`
  const flags = flagLines(verb)
  return {
    text: `${command} ${verb} ${does}.`,
    blocks: [
      section(`*${verb}* ${does}.\n${lines.join('\n')}${other}`),
      ...(flags.length === 0 ? [] : [context(flags.join('\n'))]),
    ],
  }
}

/** `--from branch, tag or commit`, each flag once. */
export function flagLines(verb: Verb): readonly string[] {
  const names = new Set(Object.keys(syntaxOf(verb).flags).map(canonicalFlag))
  return [...names].map((name) => `${code(`--${spelt(name)}`)} ${flagWords[name] ?? ''}`.trim())
}

/** As it is typed. */
const spelt = (name: string): string => (name === 'environment' ? 'env' : name)
