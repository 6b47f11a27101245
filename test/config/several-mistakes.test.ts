import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseConfiguration } from '../../config/parse-configuration.js'
import { formatProblems } from '../../config/problem.js'
import { sample } from './sample.js'

describe('several mistakes', () => {
  test('are all reported, in the order of the file, whatever kind each is of', () => {
    const text = sample
      .replace('U01QUINN', 'quinn')
      .replace('C01SHOP', 'shop')
      .replace('cut: [releasers]', 'cut: [releaser]')
      .replace('15m', '3 dasy')
      .replace('name: staging', 'name: integration')
      .replace('mode: continuous', 'mode: continous')
      .replace('count: 2', 'count: 5')
      .replace('like: integration', 'like: nowhere, most: many')
    const reading = parseConfiguration(text, 'slipway.yaml')
    expect(reading.kind === 'problems' ? formatProblems(reading.problems) : 'ok').toMatchInlineSnapshot(`
      "slipway.yaml:3:8 roles.qa[0]: "quinn" is neither a member id nor a user group → copy the member id from the person’s profile (U01ALICE), or write a user group as "@release-managers"
      slipway.yaml:9:14 apps.shop.channel: "shop" is not a channel id → copy the id from the end of the channel’s About tab, e.g. C01SHOP
      slipway.yaml:10:26 apps.shop.permissions.cut[0]: there is no role "releaser" → did you mean releasers?
      slipway.yaml:11:62 apps.shop.build.timeout: "3 dasy" is not a duration → write a number with a unit: 90s, 15m, 4h, 3d, 1h30m
      slipway.yaml:16:15 apps.shop.environments[0].mode: must be continuous or approval, is "continous" → did you mean continuous?
      slipway.yaml:18:15 apps.shop.environments[1].name: "integration" is already the name of environments[0] → give each environment a name of its own
      slipway.yaml:22:45 apps.shop.environments[2].approve.count: 5 must approve production, and managers has 3 people → add 2 more to managers, or lower the number to 3
      slipway.yaml:24:23 apps.shop.previews.like: there is no environment "nowhere" → write one of integration, production, or add the environment
      slipway.yaml:24:38 apps.shop.previews.most: must be a whole number, is "many" → write a number from 1 to 200"
    `)
  })

  test('of both halves of a stage are reported together', () => {
    const text = sample.replace(
      '{ run: npm run build, artifacts: [dist], timeout: 15m }',
      '{ run: 1, artifacts: x, timeot: 1 }',
    )
    const reading = parseConfiguration(text, 'slipway.yaml')
    const paths = reading.kind === 'problems' ? reading.problems.map((problem) => problem.path) : []
    expect(paths).toEqual(['apps.shop.build.run', 'apps.shop.build.artifacts', 'apps.shop.build.timeot'])
  })

  test('two apps on one repository must not share tags, however the address is spelt', () => {
    const second = sample
      .slice(sample.indexOf('  shop:'))
      .replace('  shop:', '  cart:')
      .replace('https://github.com/acme/shop.git', 'git@github.com:acme/shop')
    const clash = parseConfiguration(sample + second, 'slipway.yaml')
    const paths = clash.kind === 'problems' ? clash.problems.map(({ path, fix }) => `${path} ${fix}`) : []
    expect(paths).toEqual(['apps.cart.tag give it a tag of its own: tag: cart-v{version}'])
    const branches = second.replace(
      '    channel:',
      '    tag: cart-v{version}\n    pickBranch: release/v{version}\n    channel:',
    )
    const both = parseConfiguration(sample + branches, 'slipway.yaml')
    expect(both.kind === 'problems' ? both.problems.map(({ path }) => path) : []).toEqual([
      'apps.cart.pickBranch',
    ])
    const apart = second.replace('    channel:', '    tag: cart-v{version}\n    channel:')
    expect(parseConfiguration(sample + apart, 'slipway.yaml').kind).toBe('ok')
  })

  test('a quorum through a Slack group is left alone', () => {
    const text = sample.replace('[managers], count: 2', '[on-call], count: 9')
    expect(parseConfiguration(text, 'slipway.yaml').kind).toBe('ok')
  })
})

describe('any text', () => {
  const pieces = sample.split(/(?<=[\n:,[\]{} ])/)

  test('is answered with a configuration or with problems, never with an exception', () => {
    const words = fc.constantFrom(
      ...pieces,
      '- ',
      '\n',
      '*a',
      '&a ',
      '<<: ',
      '? ',
      '"',
      '!x ',
      '__proto__: ',
      '\t',
      '|',
      '~',
    )
    const texts = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.array(words, { maxLength: 60 }).map((all) => all.join('')),
    )
    fc.assert(
      fc.property(texts, (text) => {
        const reading = parseConfiguration(text, 'slipway.yaml')
        if (reading.kind === 'ok') return
        expect(reading.problems.length).toBeGreaterThan(0)
        for (const { line, column, fix } of reading.problems) {
          expect(line).toBeGreaterThan(0)
          expect(column).toBeGreaterThan(0)
          expect(fix).not.toBe('')
        }
      }),
      { numRuns: 500 },
    )
  })

  test('neither is the sample with a piece of it put elsewhere', () => {
    const index = fc.nat({ max: pieces.length - 1 })
    fc.assert(
      fc.property(index, index, (from, to) => {
        const changed = pieces.with(to, pieces[from] ?? '')
        expect(['ok', 'problems']).toContain(parseConfiguration(changed.join(''), 'slipway.yaml').kind)
      }),
      { numRuns: 300 },
    )
  })

  test.each([
    ['nothing', ''],
    ['a word', 'hello'],
    ['a list', '- a'],
    ['a thousand open brackets', '['.repeat(5000)],
    [
      'a bomb of aliases',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
        .split('')
        .map((key, index) => `${key}: &${key} [${`*${'abcdefg'[index]},`.repeat(9)}]`)
        .join('\n')}`,
    ],
    ['a value within itself', 'roles: &a { b: *a }'],
  ])('%s is a problem', (_name, text) => {
    expect(parseConfiguration(text, 'slipway.yaml').kind).toBe('problems')
  })
})
