/** How each verb is written, as it can be copied. */
import type { Verb } from '../../domain/verbs.js'
import { aliasesOf } from '../commands/find-verb.js'
import { section } from '../views/blocks.js'
import { code } from '../views/escape.js'
import type { Message } from '../views/message.js'
import { usageOf } from './table.js'

/** The examples of a verb with the command's name before them. */
export function examplesOf(verb: Verb, command: string): readonly string[] {
  return usageOf(verb).examples.map((example) => `${command} ${example}`)
}

/** What one verb does and how it is written. */
export function usageMessage(verb: Verb, command: string): Message {
  const { does } = usageOf(verb)
  const also = aliasesOf(verb)
  const lines = examplesOf(verb, command).map((example) => `• ${code(example, 140)}`)
  const names = also.length === 0 ? '' : `\nAlso called ${also.map((alias) => code(alias)).join(', ')}.`
  return {
    text: `${command} ${verb} ${does}.`,
    blocks: [section(`*${verb}* ${does}.\n${lines.join('\n')}${names}`)],
  }
}
