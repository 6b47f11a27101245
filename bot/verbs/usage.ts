/** How each verb is written, as it can be copied. */
import type { Verb } from '../../domain/verbs.js'
import { aliasesOf } from '../commands/find-verb.js'
import { canonicalFlag } from '../commands/read-flags.js'
import { context, section } from '../views/blocks.js'
import { code } from '../views/escape.js'
import type { Message } from '../views/message.js'
import { syntaxOf, usageOf } from './table.js'

/** What examples are about: what is there, so that they can be copied as they are. */
export interface ExampleNames {
  /** Null: the app of the examples. */
  readonly app: string | null
  /** Of a release that is open; null: that of the examples. */
  readonly version: string | null
}

const asWritten: ExampleNames = { app: null, version: null }

/** What each flag is for, and what follows it; flags that are another's other name are said under that one. */
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

/** The examples of a verb with the command's name before them. */
export function examplesOf(verb: Verb, command: string, { app, version } = asWritten): readonly string[] {
  return usageOf(verb)
    .examples.map((example) => example.replaceAll(/\bshop\b/g, app ?? 'shop'))
    .map((example) => `${command} ${example.replaceAll('2026.11.3', version ?? '2026.11.3')}`)
}

/** What one verb does and how it is written, with its flags. */
export function usageMessage(verb: Verb, command: string, names = asWritten): Message {
  const { does } = usageOf(verb)
  const also = aliasesOf(verb)
  const lines = examplesOf(verb, command, names).map((example) => `• ${code(example, 140)}`)
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

/** As people write it. */
const spelt = (name: string): string => (name === 'environment' ? 'env' : name)
