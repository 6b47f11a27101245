/** Says which sections of release notes others changed after a form showed them. */
import { type NewerSection, type NoteTexts, titleOf } from '../../domain/notes.js'
import { mention, outside } from './escape.js'

/** Slack's limit for a block is 3,000, also with all ten sections. */
const MOST_OF_ALL = 2_400

/** `@bob changed New and Fixed`, with each person once. */
export function changedBy(sections: readonly NewerSection[]): string {
  const people = [...new Set(sections.map(({ by }) => by))]
  return people
    .map((by) => {
      const titles = sections.filter((one) => one.by === by).map(({ section }) => titleOf(section))
      return `${mention(by)} changed ${titles.join(', ')}`
    })
    .join('; ')
}

/** For the form that still has what the person wrote: what stands there now. */
export function newerNotesText(sections: readonly NewerSection[], now: NoteTexts): string {
  const each = Math.floor(MOST_OF_ALL / sections.length)
  const texts = sections.map(
    ({ section }) => `*${titleOf(section)}* is now: ${outside(now[section] ?? '', each) || 'empty'}`,
  )
  return [
    `Nothing is saved yet: ${changedBy(sections)} after you opened this form. What you wrote is still here; Save again puts it in place of what stands there now.`,
    ...texts,
  ].join('\n')
}
