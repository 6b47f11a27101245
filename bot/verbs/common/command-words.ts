/** Formats an order as a command. */
import { unreachable } from '../../../domain/exhaustive.js'
import type { DeploymentRef, ReleaseRef } from '../../../domain/intent.js'

/** The words after the command's name; null and empty words are left out. */
export type Words = readonly (string | null)[]

/** The words as text. */
export const joinWords = (words: Words): string =>
  words.filter((word) => word !== null && word !== '').join(' ')

export const releaseName = (ref: ReleaseRef): string => (ref.kind === 'named' ? ref.text : ref.releaseId)

export function deploymentWords(ref: DeploymentRef): Words {
  switch (ref.kind) {
    case 'id':
      return [ref.deploymentId]
    case 'of-release':
      return [releaseName(ref.release), ref.environment && 'on', ref.environment]
    case 'in-environment':
      return ['on', ref.environment]
    default:
      return unreachable(ref)
  }
}

/** Null when there is no value. */
export const flag = (name: string, value: string | null): string | null =>
  value === null || value === '' ? null : `--${name} ${quote(value)}`

/** A flag without a value. */
export const switchWord = (name: string, on: boolean): string | null => (on ? `--${name}` : null)

/** Uses quotes that the text does not contain, and escapes it as Slack would deliver it. */
export function quote(text: string): string {
  const escaped = text.replace(/[&<>]/g, (sign) => (sign === '&' ? '&amp;' : sign === '<' ? '&lt;' : '&gt;'))
  return /["“”„‟«»]/.test(text) ? `\`${escaped.replaceAll('`', "'")}\`` : `"${escaped}"`
}
