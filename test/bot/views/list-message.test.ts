import { expect, test } from 'vitest'
import { listMessage } from '../../../bot/views/read/list-message.js'
import type { AppName } from '../../../domain/identifiers.js'
import { anApp } from '../../support/app-definition.js'
import { cardOptions } from '../../support/card-options.js'
import { stories } from '../../support/release-stories.js'
import { ALICE, aRelease, BOB } from '../../support/release-views.js'

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

const many = (length: number) => Array.from({ length }, () => aRelease())

test('one is one, and the next page is of the same list: its app, its kind, whose', () => {
  const of = { command, what: 'waiting', app: 'shop' as AppName, mine: true } as const

  expect(listMessage(many(1), { command }).text).toBe('1 release.')
  expect(listMessage(many(9), of).text).toBe('Releases 1 to 8 of 9.')
  expect(JSON.stringify(listMessage(many(9), of))).toContain('/release list waiting shop --mine --page 2`')
  expect(listMessage(many(9), { ...of, page: 2 }).text).toBe('Release 9 of 9.')
  expect(JSON.stringify(listMessage(many(9), { ...of, page: 2 }))).not.toContain('--page')
})

test('it never counts what was not read, and says of a page that is not there where the list begins', () => {
  expect(listMessage(many(9), { command, goesOn: true }).text).toBe('Releases 1 to 8 of more.')
  expect(listMessage(many(9), { command, page: 3 }).text).toBe(
    'The list has 9 releases and no such page. Its first page: `/release list`',
  )
  expect(listMessage([], { command, mine: true, what: 'drafts' }).text).toBe(
    'None of them is yours. Of everybody: `/release list drafts`',
  )
})

test('a row names who is waited for', () => {
  const waiting = ['prepared, 1 of 2 approvals', 'production awaiting acceptance'].map(
    (name) => stories[name] ?? aRelease(),
  )
  const cards = () => ({ ...cardOptions, definition: anApp() })
  const rows = JSON.stringify(listMessage(waiting, { command, cards }).blocks).split('\\n')

  expect(rows[0]).toContain(`waits for 1 more from release-managers, not <@${ALICE}>, who asked`)
  expect(rows[1]).toContain(`waits for releasers (<@${ALICE}>, <@${BOB}>)`)
})
