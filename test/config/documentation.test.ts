import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseConfiguration } from '../../config/parse-configuration.js'
import { formatProblems } from '../../config/problem.js'
import { protectedVerbs } from '../../domain/verbs.js'

const page = readFileSync('docs/configuration.md', 'utf8')

/** The first fenced block of a kind. */
function block(kind: string): string {
  return new RegExp(`\`\`\`${kind}\n(.*?)\`\`\``, 's').exec(page)?.[1] ?? ''
}

test('the sample of mistakes is answered as the page shows', () => {
  const reading = parseConfiguration(block('yaml'), 'slipway.yaml')
  expect(reading.kind === 'problems' ? formatProblems(reading.problems) : 'ok').toBe(block('text').trimEnd())
})

test('the page lists the verbs of `permissions`', () => {
  const listed = /^Verbs: `([^`]*)`/m.exec(page)?.[1]?.split(/\s+/)
  expect(listed).toEqual(protectedVerbs)
})
