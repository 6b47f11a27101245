/** What is too large to be carried along is refused where it is written. */
import { describe, expect, test } from 'vitest'
import { parseConfiguration } from '../../config/parse-configuration.js'
import { formatProblems } from '../../config/problem.js'
import { sizeOf } from '../../domain/sizes.js'
import { sampleWith } from './sample.js'

const integration = '        patch: { run: deploy/patch.sh }\n      - name: staging'
const variables = (count: number, length: number): string =>
  `{ ${Array.from({ length: count }, (_, index) => `NUMBER_${index}: ${'x'.repeat(length)}`).join(', ')} }`
const integrationWith = (text: string): string => sampleWith(integration, `${text}\n${integration}`)
const others = (count: number, text: string): string =>
  Array.from(
    { length: count },
    (_, index) => `      - { name: e-${index}, patch: { run: p.sh }, ${text} }\n`,
  ).join('')
const before = '      - name: staging\n'

function problemsOf(text: string): string {
  const reading = parseConfiguration(text, 'slipway.yaml')
  return reading.kind === 'ok' ? 'ok' : formatProblems(reading.problems)
}

const manyWindows = `        windows: [${'{ kind: deny, cron: "0 1 * * *", duration: 1h }, '.repeat(90)}]`

describe('an environment', () => {
  test('is named with the size of what its line decides by, the limit, and its largest part', () => {
    expect(problemsOf(integrationWith(manyWindows))).toMatch(
      /^slipway\.yaml:15:9 apps\.shop\.environments\[0\]: the environment without its stages and variables takes 9\.\d KB, and 8 KB fit → shorten windows, its largest part: fewer of them say the same$/,
    )
  })

  test.each([
    ['a command', `        check: { run: ${'x'.repeat(30_000)} }`],
    ['a hundred variables of 250 characters', `        variables: ${variables(100, 250)}`],
  ])('may have %s', (_, text) => {
    expect(problemsOf(integrationWith(text))).toBe('ok')
  })
})

describe('an app', () => {
  test('is refused where all its environments together are too large', () => {
    const text = sampleWith(before, others(30, `variables: ${variables(10, 100)}`) + before)
    expect(problemsOf(text)).toMatch(
      /^slipway\.yaml:7:3 apps\.shop: the app takes \d\d(?:\.\d)? KB, and 40 KB fit → shorten environments, /,
    )
  })

  test('is refused where one of its environments is', () => {
    const text = integrationWith(`        check: { run: ${'価'.repeat(13_800)} }`)
    expect(problemsOf(text)).toMatch(
      /^slipway\.yaml:7:3 apps\.shop: the app takes 4\d(?:\.\d)? KB, and 40 KB fit/,
    )
  })

  test('with ten environments of 20 variables of 100 characters fits', () => {
    const text = sampleWith(before, others(7, `variables: ${variables(20, 100)}`) + before)
    expect(problemsOf(text)).toBe('ok')
  })
})

describe('a preview', () => {
  test('is as large as its variables are with the longest name', () => {
    const names = Array.from({ length: 1_050 }, () => '{name}').join('')
    const text = sampleWith(
      '{ like: integration }',
      `{ like: integration, variables: { NAMES: "${names}" } }`,
    )
    const longer = text.replaceAll('NAMES', `NAMES: "x", OTHER`)
    expect(sizeOf(names)).toBeLessThan(7_000)
    expect(problemsOf(longer)).toMatch(/apps\.shop\.previews: a preview takes 4\d(?:\.\d)? KB, and 40 KB fit/)
  })

  test('is not named where what it is like is too large', () => {
    const text = integrationWith(`        variables: ${variables(100, 500)}`)
    expect(problemsOf(text).split('\n')).toHaveLength(1)
  })
})

test('sizes are reported with other mistakes', () => {
  const text = integrationWith(manyWindows).replace('role: qa,', 'role: aq,')
  expect(problemsOf(text).split('\n')).toHaveLength(2)
})
