/** What went wrong with a candidate in an environment, as a sentence without its full stop. */
import type { Setback } from '../../../domain/reasons.js'
import type { Markup } from '../markup.js'
import { failedWord, failureWords } from './failure-words.js'

/** `failed at patch`, `was rolled back`: as short as possible. */
export function setbackInShort({ failed, rolledBack }: Setback): string {
  const why = failed === null ? '' : `${failedWord(failed.failure)} at ${failed.stage ?? 'the start'}`
  if (rolledBack === null) return why
  return why === '' ? 'was rolled back' : `${why}, was rolled back`
}

/** `failed in production at patch (the patch stage ended with exit code 1), 08:52 · rolled back to 2026.11.1-rc.1 by @Bob, 08:53`. */
export function setbackWords(setback: Setback, environment: string, m: Markup): string {
  const { failed, rolledBack } = setback
  return [
    ...(failed === null
      ? []
      : [
          `${failedWord(failed.failure)} in ${environment} at ${failed.stage ?? 'the start'} (${failureWords(failed.failure, m)}), ${m.date(failed.at)}`,
        ]),
    ...(rolledBack === null
      ? []
      : [
          `${environment} was rolled back to ${m.text(rolledBack.to, 80)} by ${m.person(rolledBack.by)}, ${m.date(rolledBack.at)}${rolledBack.reason === '' ? '' : `: “${m.text(rolledBack.reason, 150)}”`}`,
        ]),
  ].join(' · ')
}

/** For a dialog that takes only plain text: names no people. */
export function setbackWarning(setback: Setback, environment: string, m: Markup): string {
  const { failed, rolledBack } = setback
  const at = rolledBack?.at ?? failed?.at ?? ''
  return `It ${setbackInShort(setback)} in ${environment}, ${m.date(at)}.`
}

/** `production runs 2026.11.16-rc.1, a hotfix, which was cut later: this puts something older over it`. */
export const newerRunsWords = (
  environment: string,
  { name, hotfix }: { readonly name: string; readonly hotfix: boolean },
): string =>
  `${environment} runs ${name}${hotfix ? ', a hotfix,' : ','} which was cut later: this puts something older over it`
