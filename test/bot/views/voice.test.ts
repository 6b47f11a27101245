import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { refusalMessage } from '../../../bot/verbs/refusal-message.js'
import { actWords } from '../../../bot/views/words/act-words.js'
import { protectedVerbs } from '../../../domain/verbs.js'
import { everyMessage, rooms } from '../../support/gallery-rooms.js'

/** The last column of the table of terms. */
const unwanted = [...readFileSync('docs/voice.md', 'utf8').matchAll(/^\|[^|]+\|[^|]+\|([^|]+)\|$/gm)].flatMap(
  ([, column = '']) => [...column.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word),
)

/** Every text of a message, a form or Home: what people read, without names, addresses and the codes that the log has. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return []
  if (Array.isArray(value)) return value.flatMap(textsOf)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, one]) =>
    key === 'text' && typeof one === 'string'
      ? [one.replaceAll(/`[^`]*`|<[^>]*>|Refused: [a-z-]+/g, '…')]
      : textsOf(one),
  )
}

const scenes = rooms.flatMap(({ scenes: all }) => all)

describe('every text keeps to the terms of docs/voice.md', () => {
  test('the page has terms, and words that are not used', () => {
    expect(unwanted.length).toBeGreaterThan(20)
    expect(unwanted).toContain('superseded')
  })

  test.each(scenes.map((scene) => [scene.name, scene] as const))('%s', (_, scene) => {
    const said = textsOf(scene).join('\n')
    const found = unwanted.filter((word) => new RegExp(`\\b${word}\\b`, 'i').test(said))
    expect(found).toEqual([])
  })
})

describe('sentences are sentences', () => {
  test.each(protectedVerbs)('I did not %s', (verb) => {
    const text = refusalMessage(
      { code: 'not-permitted', verb, roles: ['x'], people: [] },
      'e',
      '/release',
    ).text
    expect(text).toMatch(/^I did not [a-z]+ [a-z]/)
    expect(actWords(verb)).not.toMatch(/^(?:env|checklist|rollback|cherry-pick)\b/)
  })

  test.each(everyMessage)('%s: no word twice, no space twice, numbers agree', (_, message) => {
    const said = textsOf(message).join('\n')
    expect(said).not.toMatch(/\b(\p{L}+) \1\b(?<!that that|had had)/iu)
    expect(said.replaceAll('  ›  ', ' › ')).not.toMatch(/\S {2}\S/)
    expect(said).not.toMatch(/\b1 (?:commits|authors|environments|approvals|files|events)\b/)
  })
})
