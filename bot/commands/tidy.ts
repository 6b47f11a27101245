/** Normalises typed or pasted text before it is parsed. It changes only what is equivalent and never guesses. */

/** Parts of a text in quotation marks or backticks; they stay unchanged. */
const quotedParts = /(["“”„‟«»][^"“”„‟«»]*["“”„‟«»]|`[^`]*`)/

/** Invisible characters left by copying; they do not separate words. */
const invisible = /[\u200b-\u200d\u2060\ufeff]/g
const courtesy =
  /^(?:please|pls|plz|hey|hi|hello|ok|okay|so|and|now|then|just|kindly|thanks|slipway)[,:!]?\s+/i

/** Verbs written as two words. */
const joined: readonly (readonly [RegExp, string])[] = [
  [/^cherry[\s_]pick\b/i, 'cherry-pick'],
  [/^(?:roll|go|move|switch)[\s-]back\b/i, 'rollback'],
  [/^hot[\s-]?fix\b/i, 'cut --hotfix'],
  [/^take[\s-]back\b/i, 'rollback'],
  [/^fall[\s-]back\b/i, 'rollback'],
  [/^un[\s-](lock|freeze|pause)\b/i, 'un$1'],
]

/** The normalised command. `command` is the slash command's name. */
export function tidy(text: string, command: string): string {
  const visible = text.replaceAll(invisible, '').trim()
  const head = headOf(visible)
  const rest = visible.slice(head.length)
  const words = withoutName(head, command)
  const spelt = joined.reduce((line, [pattern, verb]) => line.replace(pattern, verb), words)
  const plain = outsideQuotes(spelt, (part) => part.replaceAll(/\s*(?:→|➡️?|⇒|[-=]+(?:>|&gt;))\s*/gu, ' to '))
  // Trailing punctuation ends a sentence; it is not part of a name.
  return `${rest === '' ? plain.replace(/[\s?!.]+$/u, '') : plain}${rest}`.trim()
}

/** The text before any free text, which is a reason or the value of a flag. */
export function headOf(text: string): string {
  const reason = /(?:^|\s)(?:because\b|--?[a-z]|[—–−][a-z])|:\s/i.exec(text)
  return reason === null ? text : text.slice(0, reason.index)
}

/** Removes the command's own name, if it was typed or pasted again, and courtesies. */
function withoutName(text: string, command: string): string {
  const name = command.replace(/^\//, '')
  const pasted = new RegExp(`^/(?:${name.replaceAll(/\W/g, '')}|release|slipway)\\b\\s*`, 'i')
  const shorter = text.replace(pasted, '').replace(courtesy, '').trimStart()
  return shorter === text ? text : withoutName(shorter, command)
}

export function outsideQuotes(text: string, change: (part: string) => string): string {
  return text
    .split(quotedParts)
    .map((part, index) => (index % 2 === 1 ? part : change(part)))
    .join('')
}
