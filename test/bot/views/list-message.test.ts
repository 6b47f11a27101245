import { expect, test } from 'vitest'
import { listMessage } from '../../../bot/views/read/list-message.js'
import { aRelease } from '../../support/release-views.js'

const command = '/release'

test.each([
  ['waiting', /^Nothing waits for an approval or an acceptance/],
  ['drafts', /^There is no draft/],
  ['candidates', /^No candidate is under way/],
  ['releases', /^There is no release to list/],
] as const)('an empty list of %s says what is not there, and what one can do', (what, words) => {
  const { text } = listMessage([], { command, what })
  expect(text).toMatch(words)
  expect(text).toMatch(/`\/release (?:list|draft|cut)/)
})

test('one is one, and the next page is of the same list', () => {
  const many = Array.from({ length: 9 }, () => aRelease())

  expect(listMessage(many.slice(0, 1), { command }).text).toBe('1 release.')
  expect(listMessage(many, { command, what: 'waiting' }).text).toBe('8 of 9 releases.')
  expect(JSON.stringify(listMessage(many, { command, what: 'waiting' }))).toContain('list waiting --page 2')
})
