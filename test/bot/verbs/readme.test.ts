import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { understand } from '../../../bot/verbs/understand.js'
import { inShop } from './grammar-fixture.js'

const readme = readFileSync(resolve(import.meta.dirname, '../../../README.md'), 'utf8')
const [, table = ''] = readme.split('\n## Commands\n')
const commands = table
  .split('\n## ')[0]
  ?.split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| you want to'))
  .flatMap((line) => [...line.matchAll(/`([^`]+)`/g)].flatMap(([, text]) => text ?? []))
  .filter((text) => !text.includes('…'))

test('the README shows commands', () => {
  expect(commands?.length).toBeGreaterThan(20)
})

test.each(commands ?? [])('the README’s `%s` is understood', (text) => {
  const understood = understand(text, inShop())
  expect(understood.kind, JSON.stringify(understood)).not.toBe('problem')
})
