import { expect, test } from 'vitest'
import { flagLines, usageMessage } from '../../../bot/verbs/usage.js'
import { verbNames } from '../../../domain/verbs.js'
import { parse } from './grammar-fixture.js'

test.each(verbNames)('help says of each flag of %s what it is for', (verb) => {
  for (const line of flagLines(verb)) expect(line).toMatch(/^`--[a-z-]+` \S/)
})

test('examples are about what is there, and can be given back', () => {
  const help = JSON.stringify(usageMessage('promote', '/release', { app: 'web', version: '2026.12.7' }))

  expect(help).toContain('/release promote web 2026.12.7-rc.1 to staging')
  expect(help).toContain('`--dry-run` says what would happen')
  expect(help).not.toContain('2026.11.3')
  expect(parse('promote web 2026.12.7-rc.1 to staging').kind).toBe('order')
})
