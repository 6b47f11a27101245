/** The terms that texts for people keep to: the table of `docs/voice.md`. */
import { readFileSync } from 'node:fs'
import type { SlackControl } from '../../local/slack-control.js'
import { GENERAL, SHOP } from './channel.js'

/** The last column of the table. */
export const unwantedTerms: readonly string[] = [
  ...readFileSync('docs/voice.md', 'utf8').matchAll(/^\|[^|]+\|[^|]+\|([^|]+)\|$/gm),
].flatMap(([, column = '']) => [...column.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word))

/** All visible texts of a message, a form or Home, without names, addresses and codes for the log. */
export function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return /^[[{]"?/.test(value) ? textsOf(parsed(value)) : []
  if (Array.isArray(value)) return value.flatMap(textsOf)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, one]) =>
    key === 'text' && typeof one === 'string'
      ? [one.replaceAll(/`[^`]*`|<[^>]*>|Refused: [a-z-]+/g, '…')]
      : textsOf(one),
  )
}

/** Web API calls carry blocks and views as JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** The terms in a text that the page forbids. */
export const unwantedIn = (text: string): readonly string[] =>
  unwantedTerms.filter((word) => new RegExp(`\\b${word}\\b`, 'i').test(text))

/** The bot's texts in the workspace: those in its channels, and those it sent recently. */
export async function saidTexts(slack: SlackControl): Promise<readonly string[]> {
  const shown = await Promise.all([SHOP, GENERAL].map((channel) => slack.messages(channel)))
  const messages = shown.flat().filter(({ user }) => user === 'U0SLIPWAY')
  const sent = (await slack.log()).filter(({ direction }) => direction === 'from_bot')
  return [...new Set([...messages, ...sent.map(({ detail }) => detail)].flatMap(textsOf))]
}

/** Each text with an unwanted term, and the term. */
export const wrongTexts = (texts: readonly string[]): readonly string[] =>
  texts.flatMap((text) => unwantedIn(text).map((term) => `“${term}” in: ${text}`))
