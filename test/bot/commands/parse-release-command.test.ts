import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseReleaseCommand } from '../../../bot/commands/parse-release-command.js'
import type { CommandContext, ParsedCommand } from '../../../bot/commands/parsed-command.js'
import { verbs } from '../../../bot/commands/verbs.js'
import type { AppName } from '../../../domain/identifiers.js'
import { ALICE, anApp, inShop, RELEASE } from './grammar-fixture.js'

const parse = (text: string, more: Partial<CommandContext> = {}): ParsedCommand =>
  parseReleaseCommand(text, inShop(more))

const named = (text: string): object => ({ kind: 'named', text })
const staging = { release: named('2026.11.3-rc.1'), environment: 'staging' }

describe('orders', () => {
  const cut = {
    kind: 'cut',
    app: 'shop',
    title: 'Summer sale',
    description: '',
    type: 'feature',
    ref: null,
    version: null,
    override: null,
    draft: null,
  }
  const promote = { kind: 'promote', app: 'shop', ...staging, override: null, olderConfirmed: false }
  const accept = {
    kind: 'accept',
    app: 'shop',
    deployment: { kind: 'of-release', ...staging },
    comment: null,
  }
  const lock = {
    kind: 'lock',
    app: 'shop',
    environment: 'staging',
    reason: 'load test',
    until: null,
    takeOver: false,
  }
  const env = { kind: 'env', app: 'shop', environment: 'pr-17', argument: null, confirmed: false }
  const table: readonly (readonly [string, object])[] = [
    ['cut "Summer sale"', cut],
    ['start shop “Summer sale”', cut],
    ['CUT web "Summer sale"', { ...cut, app: 'web' }],
    ['cut "Summer sale" web', { ...cut, app: 'web' }],
    ['cut --title "Summer sale"', cut],
    [
      'cut shop "Summer sale" --from main --type fix --as 2.0.0',
      { ...cut, ref: 'main', type: 'fix', version: '2.0.0' },
    ],
    ['cut shop from main as v2.0.0 "Summer sale"', { ...cut, ref: 'main', version: '2.0.0' }],
    ['cut shop "Summer sale" —hotfix', { ...cut, type: 'hotfix' }],
    [
      'cut "Summer sale" --override "lost pick" -d "All of it"',
      { ...cut, override: 'lost pick', description: 'All of it' },
    ],
    ['cut "Summer sale" --from --upload-pack=x', { flag: 'from' }],
    [
      'cut --draft rel_01JDXYZABCDEFGHJKMNPQRSTVW',
      { ...cut, title: '', draft: { kind: 'id', releaseId: RELEASE, candidate: null } },
    ],
    [
      'draft "Summer sale" --planned 2026-12-01 --scope all --link https://a --link https://b',
      {
        kind: 'draft',
        title: 'Summer sale',
        plannedAt: '2026-12-01',
        scope: 'all',
        links: ['https://a', 'https://b'],
      },
    ],
    [
      'edit latest --title "Other"',
      { kind: 'edit', release: named('latest'), title: 'Other', description: null, plannedAt: null },
    ],
    ['promote shop 2026.11.3-rc.1 to staging', promote],
    ['promote 2026.11.3-rc.1 staging', promote],
    ['promote staging 2026.11.3-rc.1 shop', promote],
    ['promote to staging shop v2026.11.3-rc1', promote],
    ['deploy 2026.11.3 rc.1 to staging', promote],
    [
      'ship rc1 to prod --yes',
      { ...promote, release: named('rc.1'), environment: 'production', olderConfirmed: true },
    ],
    [
      'promote latest --to staging --override "because"',
      { ...promote, release: named('latest'), override: 'because' },
    ],
    ['promote 9f3c1ab to staging', { ...promote, release: named('9f3c1ab') }],
    ['accept shop 2026.11.3-rc.1 staging', accept],
    ['accept 2026.11.3-rc.1 for staging because it works', { ...accept, comment: 'it works' }],
    [
      'approve 2026.11.3-rc.1 on production -m “go”',
      {
        ...accept,
        kind: 'approve',
        deployment: { kind: 'of-release', release: named('2026.11.3-rc.1'), environment: 'production' },
        comment: 'go',
      },
    ],
    ['reject 2026.11.3-rc.1 staging: it burns', { ...accept, kind: 'reject', comment: 'it burns' }],
    ['deny 2026.11.3-rc.1 staging --reason "it burns"', { ...accept, kind: 'reject', comment: 'it burns' }],
    ['rollback production --yes', { kind: 'rollback', environment: 'production', to: null, reason: null }],
    [
      'undo on prod to 2026.11.2 because it burns',
      { form: 'rollback', given: { environment: 'production', to: '2026.11.2', reason: 'it burns' } },
    ],
    [
      'retry staging',
      { kind: 'retry', deployment: { kind: 'in-environment', environment: 'staging' }, override: null },
    ],
    [
      'retry 2026.11.3-rc.1',
      {
        kind: 'retry',
        deployment: { kind: 'of-release', release: named('2026.11.3-rc.1'), environment: null },
      },
    ],
    [
      'skip 2026.11.3-rc.1 staging --override "flaky"',
      { kind: 'skip', deployment: { kind: 'of-release', ...staging }, override: 'flaky' },
    ],
    [
      'abort production',
      { kind: 'abort', deployment: { kind: 'in-environment', environment: 'production' } },
    ],
    [
      'pick 9f3c1ab #4812 onto 2026.11.3',
      { kind: 'cherry-pick', picks: ['9f3c1ab', '#4812'], release: named('2026.11.3'), step: 'start' },
    ],
    [
      'cp 2026.11.3 <https://github.com/acme/shop/pull/12>',
      { kind: 'cherry-pick', picks: ['#12'], release: named('2026.11.3') },
    ],
    ['cherry-pick continue', { kind: 'cherry-pick', picks: [], release: null, step: 'continue' }],
    ['cherry-pick skip onto 2026.11.3', { kind: 'cherry-pick', release: named('2026.11.3'), step: 'skip' }],
    [
      'pause production because of the audit',
      { kind: 'pause', environment: 'production', reason: 'of the audit' },
    ],
    ['resume prod', { kind: 'resume', environment: 'production', reason: null }],
    ['lock staging: load test', lock],
    ['lock staging for 2h: load test', { ...lock, until: '2h' }],
    ['lock staging until fri 17:00 -m "load test"', { ...lock, until: 'fri 17:00' }],
    ['lock until tomorrow staging because load test', { ...lock, until: 'tomorrow' }],
    ['lock staging on web: load test', { ...lock, app: 'web' }],
    ['lock pr-17: load test', { ...lock, environment: 'pr-17' }],
    ['lock staging --steal --reason "load test"', { ...lock, takeOver: true }],
    ['unlock staging', { ...lock, kind: 'unlock', reason: null }],
    ['freeze until mon 09:00: audit', { kind: 'freeze', app: 'shop', until: 'mon 09:00', reason: 'audit' }],
    ['freeze all for 2d because audit', { kind: 'freeze', app: null, until: '2d', reason: 'audit' }],
    ['thaw', { kind: 'thaw', app: 'shop' }],
    ['thaw all', { kind: 'thaw', app: null }],
    ['env create pr-17 from #17', { ...env, action: 'create', argument: '#17' }],
    ['env extend pr-17 24h', { ...env, action: 'extend', argument: '24h' }],
    ['env extend pr-17 for 24h', { ...env, action: 'extend', argument: '24h' }],
    ['env keep pr-17', { ...env, action: 'keep' }],
    ['env teardown pr-17 --yes', { ...env, action: 'teardown', confirmed: true }],
    ['env rebuild on staging', { ...env, action: 'rebuild', environment: 'staging' }],
    ['env patch shop stg', { ...env, action: 'patch', environment: 'staging' }],
    ['delete 2026.11.3', { kind: 'delete', release: named('2026.11.3') }],
    [
      'checklist tick "qa sign-off" 2026.11.3',
      { kind: 'tick', item: 'QA sign-off', done: true, release: named('2026.11.3') },
    ],
    ['checklist untick 2026.11.3 "QA sign-off"', { kind: 'tick', done: false }],
    ['mute', { kind: 'mute', app: 'shop', level: 'none' }],
    ['mute web mine', { kind: 'mute', app: 'web', level: 'mine' }],
    ['watch', { kind: 'mute', app: 'shop', level: 'all' }],
  ]
  test.each(table)('[U.6] %s', (text, expected) => {
    expect(inner(parse(text))).toMatchObject(expected)
  })
})

const inner = (parsed: ParsedCommand): object =>
  parsed.kind === 'order'
    ? parsed.intent
    : parsed.kind === 'read'
      ? parsed.read
      : parsed.kind === 'form'
        ? parsed.form
        : parsed.problem

describe('what is missing', () => {
  const table: readonly (readonly [string, string, object])[] = [
    ['cut', 'cut', { type: 'feature' }],
    ['cut shop Summer sale', 'cut', { title: 'Summer sale' }],
    ['cut --from main', 'cut', { ref: 'main' }],
    ['draft', 'draft', {}],
    ['edit', 'edit', {}],
    ['promote', 'promote', { environment: 'integration' }],
    ['promote rc.1', 'promote', { release: 'rc.1', environment: 'integration' }],
    ['promote to production', 'promote', { environment: 'production' }],
    ['accept', 'accept', {}],
    ['accept latest staging', 'accept', { release: 'latest', environment: 'staging' }],
    ['accept 2026.11.3 staging', 'accept', { release: '2026.11.3' }],
    ['accept rc.1 staging', 'accept', { release: 'rc.1' }],
    ['approve 2026.11.3-rc.1', 'approve', { release: '2026.11.3-rc.1' }],
    ['reject 2026.11.3-rc.1 staging', 'reject', { release: '2026.11.3-rc.1', environment: 'staging' }],
    ['rollback production', 'rollback', { environment: 'production' }],
    ['rollback', 'rollback', {}],
    ['retry', 'retry', {}],
    ['cherry-pick', 'cherry-pick', {}],
    ['pause', 'pause', {}],
    ['lock staging', 'lock', { environment: 'staging' }],
    ['unlock', 'unlock', {}],
    ['freeze', 'freeze', { app: 'shop' }],
    ['delete', 'delete', {}],
    ['delete latest', 'delete', { release: 'latest' }],
    ['env create', 'env-create', {}],
    ['env teardown', 'env-teardown', {}],
    ['checklist tick', 'checklist', {}],
  ]
  test.each(table)('[U.6] %s opens a form', (text, form, given) => {
    expect(inner(parse(text))).toEqual({
      form,
      app: 'shop',
      given: expect.objectContaining(given),
      target: {},
    })
  })

  test('[U.6] production is in no form unless it was said', () => {
    for (const verb of verbs) {
      const parsed = parse(verb)
      if (parsed.kind === 'form') expect(parsed.form.given.environment).not.toBe('production')
      expect(parsed).not.toMatchObject({ intent: { environment: 'production' } })
    }
  })

  test('[U.6] without an app an order asks which, and a question names them', () => {
    const nowhere = { channelApp: null }
    expect(inner(parse('promote rc.1 to staging', nowhere))).toMatchObject({
      form: 'which-app',
      given: { words: 'promote rc.1 to staging' },
    })
    expect(inner(parse('status', nowhere))).toEqual({
      kind: 'which-app',
      apps: ['shop', 'web'],
      verb: 'status',
    })
    expect(inner(parse('promote rc.1 to staging', { ...nowhere, apps: [anApp('shop')] }))).toMatchObject({
      app: 'shop',
    })
    expect(parse('promote rc.1', { ...nowhere, apps: [] }).kind).toBe('problem')
  })
})

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
    ['draft "X" --planned soon', refused({ code: 'invalid-time', text: 'soon' })],
    ['env extend pr-17 --for long', refused({ code: 'invalid-time', text: 'long' })],
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
      ...verbs,
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
      const said = /prod/i.test(text)
      if (!said) expect(JSON.stringify(parsed.kind === 'problem' ? {} : parsed)).not.toContain('production')
    }),
    { numRuns: 600 },
  )
})
