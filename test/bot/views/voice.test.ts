import { describe, expect, test } from 'vitest'
import { refusalMessage } from '../../../bot/verbs/refusal-message.js'
import { actWords } from '../../../bot/views/words/act-words.js'
import { protectedVerbs } from '../../../domain/verbs.js'
import { everyMessage, rooms } from '../../support/gallery-rooms.js'
import { textsOf, unwantedTerms, wrongTexts } from '../../support/voice.js'

const scenes = rooms.flatMap(({ scenes: all }) => all)

describe('every text keeps to the terms of docs/voice.md', () => {
  test('the page has terms, and words that are not used', () => {
    expect(unwantedTerms.length).toBeGreaterThan(20)
    expect(unwantedTerms).toContain('superseded')
  })

  test.each(scenes.map((scene) => [scene.name, scene] as const))('%s', (_, scene) => {
    expect(wrongTexts(textsOf(scene))).toEqual([])
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
