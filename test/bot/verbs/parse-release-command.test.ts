import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AppName } from '../../../domain/identifiers.js'
import { verbNames } from '../../../domain/verbs.js'
import { ALICE, anApp, inner, named, parse, RELEASE } from './grammar-fixture.js'

describe('questions', () => {
  const table: readonly (readonly [string, object])[] = [
    ['', { kind: 'help', app: 'shop', verb: null }],
    ['help deploy', { kind: 'help', verb: 'promote' }],
    ['status', { kind: 'status', release: null, environment: null, here: false }],
    ['show 2026.11.3 --here', { kind: 'status', release: named('2026.11.3'), here: true }],
    ['st prod', { kind: 'status', environment: 'production' }],
    ['list', { kind: 'list', what: 'releases', page: 1, mine: false }],
    ['ls rcs --mine --page 2', { kind: 'list', what: 'candidates', page: 2, mine: true }],
    ['where production', { kind: 'where', environment: 'production' }],
    [
      'changelog 2026.11.3 vs production',
      { kind: 'diff', release: named('2026.11.3'), against: 'production' },
    ],
    [
      'log production --since 7d --by <@U01ALICE|alice>',
      { kind: 'history', environment: 'production', since: '7d', by: ALICE },
    ],
    ['why 2026.11.3-rc.1', { kind: 'why', release: named('2026.11.3-rc.1') }],
    ['plan latest', { kind: 'plan', release: named('latest') }],
    [
      'promote latest to production --dry-run',
      { kind: 'plan', release: named('latest'), environment: 'production' },
    ],
    ['metrics --since 30d', { kind: 'metrics', since: '30d' }],
    ['checklist', { kind: 'checklist', release: null }],
    ['checklist 2026.11.3', { kind: 'checklist', release: named('2026.11.3') }],
    ['env', { kind: 'environments' }],
    ['env list', { kind: 'environments' }],
    ['env show staging', { kind: 'environment', environment: 'staging' }],
    ['env pr-17', { kind: 'environment', environment: 'pr-17' }],
  ]
  test.each(table)('[U.6] %s', (text, expected) => {
    const parsed = parse(text)
    expect(parsed.kind).toBe('read')
    expect(inner(parsed)).toMatchObject(expected)
  })
})

describe('problems', () => {
  const refused = (refusal: object): object => ({ kind: 'refused', refusal })
  const table: readonly (readonly [string, object])[] = [
    [
      'prmote shop rc2 to prod',
      { kind: 'unknown-verb', text: 'prmote', nearest: ['promote'], rest: 'shop rc2 to prod' },
    ],
    ['aprove 2026.11.3-rc.1 staging', { kind: 'unknown-verb', nearest: ['approve'] }],
    ['shop', { kind: 'unknown-verb' }],
    ['constructor', { kind: 'unknown-verb' }],
    ['"cut" shop', { kind: 'unknown-verb' }],
    ['ok 2026.11.3-rc.1', { kind: 'approve-or-accept', text: 'ok', rest: '2026.11.3-rc.1' }],
    ['LGTM', { kind: 'approve-or-accept' }],
    ['yes', { kind: 'approve-or-accept' }],
    ['who', { kind: 'unknown-verb' }],
    [
      'promote 2026.11.3-rc.1 to prodution',
      refused({ code: 'unknown-environment', text: 'prodution', nearest: ['production'] }),
    ],
    ['promote 2026.11.3-rc.1 stagng', refused({ code: 'unknown-environment', nearest: ['staging'] })],
    ['cut shpo', refused({ code: 'unknown-app', text: 'shpo', nearest: ['shop'] })],
    ['cut shpo "Summer sale"', refused({ code: 'unknown-app', nearest: ['shop'] })],
    ['promote 2026.11.3-rc.1 to staging --app shpo', refused({ code: 'unknown-app', nearest: ['shop'] })],
    [
      'cut "Summer sale" --type fetaure',
      refused({ code: 'unknown-type', text: 'fetaure', nearest: ['feature'] }),
    ],
    ['cut "Summer sale" as 2.x', refused({ code: 'invalid-version', text: '2.x' })],
    ['env extend pr-17 --for long', refused({ code: 'invalid-time', text: 'long' })],
    ['env extend pr-17 3 dasy', refused({ code: 'invalid-time', text: '3 dasy' })],
    ['env create ../etc', refused({ code: 'invalid-name', text: '../etc' })],
    ['env create staging', refused({ code: 'invalid-name', text: 'staging' })],
    ['env rebild staging', { kind: 'unknown-verb', text: 'env rebild', nearest: ['env rebuild'] }],
    ['list rscs', { kind: 'unknown-verb', nearest: ['list rcs'] }],
    ['promote rc.1 to staging --force', { kind: 'unknown-flag', flag: 'force', nearest: ['override'] }],
    ['promote rc.1 to staging --overide x', { kind: 'unknown-flag', flag: 'overide', nearest: ['override'] }],
    ['status --yes', { kind: 'unknown-flag', flag: 'yes', verb: 'status' }],
    ['promote rc.1 to staging --override', { kind: 'flag-without-value', flag: 'override' }],
    ['promote rc.1 rc.2 to staging', { kind: 'unexpected' }],
    ['promote rc.1 to staging production', { kind: 'unexpected', text: 'production' }],
    ['promote rc.1 to', { kind: 'unexpected', text: 'to' }],
    ['cut "One" "Two"', { kind: 'unexpected', text: 'Two' }],
    ['cut "One', { kind: 'unclosed-quote' }],
    ['checklist tick "QA sign-of" 2026.11.3', { kind: 'unknown-item', items: ['QA sign-off'] }],
  ]
  test.each(table)('[U.6] %s', (text, expected) => {
    const parsed = parse(text)
    expect(parsed.kind).toBe('problem')
    expect(inner(parsed)).toMatchObject(expected)
  })

  test('[U.6] previews are refused where the app has none', () => {
    const apps = [anApp('shop', { previews: null })]
    expect(inner(parse('env create pr-17', { apps }))).toEqual(refused({ code: 'no-previews' }))
    expect(inner(parse('lock pr-17: x', { apps }))).toMatchObject({
      refusal: { code: 'unknown-environment' },
    })
  })
})

describe('in the thread of a card', () => {
  const thread = { app: 'web' as AppName, releaseId: RELEASE }
  const table: readonly (readonly [string, object])[] = [
    ['status', { kind: 'status', app: 'web', release: { kind: 'id', releaseId: RELEASE, candidate: null } }],
    [
      'promote to staging',
      { kind: 'promote', app: 'web', release: { kind: 'id', releaseId: RELEASE, candidate: null } },
    ],
    [
      'accept rc.2 staging',
      {
        kind: 'accept',
        deployment: {
          kind: 'of-release',
          release: { kind: 'id', releaseId: RELEASE, candidate: 2 },
          environment: 'staging',
        },
      },
    ],
    ['accept staging', { form: 'accept', target: { releaseId: RELEASE } }],
    ['delete', { form: 'delete', target: { releaseId: RELEASE } }],
    ['retry staging', { kind: 'retry', deployment: { kind: 'in-environment', environment: 'staging' } }],
    ['promote 2026.11.2-rc.1 to staging', { kind: 'promote', release: named('2026.11.2-rc.1') }],
  ]
  test.each(table)('[U.6] %s', (text, expected) => {
    expect(inner(parse(text, { thread }))).toMatchObject(expected)
  })

  test('[U.6] a pasted card link names its release', () => {
    const address = 'https://acme.slack.com/archives/C01SHOP/p1732190000000100'
    const links = new Map([[address, { app: 'shop' as AppName, releaseId: RELEASE }]])
    expect(inner(parse(`promote <${address}> to staging`, { links }))).toMatchObject({
      release: { kind: 'id', releaseId: RELEASE, candidate: null },
    })
  })
})

test('any text parses to something, and says nothing of production by itself', () => {
  const word = fc.oneof(
    fc.constantFrom(
      ...verbNames,
      'shop',
      'web',
      'staging',
      'prod',
      'to',
      'for',
      'until',
      'from',
      'because',
      '2h',
      'rc.1',
      '--override',
      '--yes',
      '"a b"',
      ':',
      'x:',
      '<@U01ALICE>',
      '2026.11.3-rc.1',
      'tick',
      'create',
      '__proto__',
    ),
    fc.string({ unit: 'grapheme', maxLength: 8 }),
  )
  fc.assert(
    fc.property(fc.array(word, { maxLength: 9 }), (parts) => {
      const text = parts.join(' ')
      const parsed = parse(text)
      expect(['order', 'read', 'form', 'problem']).toContain(parsed.kind)
      const said = /prod/i.test(text) || parsed.kind === 'problem'
      expect(said || !JSON.stringify(parsed).includes('production')).toBe(true)
    }),
    { numRuns: 600 },
  )
})
