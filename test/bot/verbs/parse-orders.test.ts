import { describe, expect, test } from 'vitest'
import { inner, named, parse, RELEASE } from './grammar-fixture.js'

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
  const promote = {
    kind: 'promote',
    app: 'shop',
    ...staging,
    override: null,
    olderConfirmed: false,
    setUp: false,
  }
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
    ['cut shop "Summer sale" --type hotfix', { ...cut, type: 'hotfix' }],
    ['cut "Summer sale" —hotfix --from main', { ...cut, type: 'hotfix', ref: 'main' }],
    ['cut --hotfix #4812', { ...cut, title: '', type: 'hotfix', picks: ['#4812'] }],
    [
      'cut shop --hotfix "Summer sale" 9F3C1AB #4812 #4812',
      { ...cut, type: 'hotfix', picks: ['9f3c1ab', '#4812'] },
    ],
    [
      'cut --type hotfix 9f3c1ab..4d2e1f0',
      { ...cut, title: '', type: 'hotfix', picks: ['9f3c1ab..4d2e1f0'] },
    ],
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
      'draft "Summer sale" --planned 2026-12-01 --scope all --link https://a --link https://b --after 2026.11.3 --after "Winter sale"',
      {
        kind: 'draft',
        title: 'Summer sale',
        planned: { day: '2026-12-01', past: false },
        after: [named('2026.11.3'), named('Winter sale')],
        scope: 'all',
        links: ['https://a', 'https://b'],
      },
    ],
    [
      'edit latest --title "Other"',
      {
        kind: 'edit',
        release: named('latest'),
        title: 'Other',
        description: null,
        planned: { day: null, past: false },
      },
    ],
    [
      'edit latest --planned friday --past',
      { kind: 'edit', planned: { day: 'friday', past: true }, after: null },
    ],
    ['edit latest --after none', { kind: 'edit', after: [] }],
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
    ['promote 2026.11.3-rc.1 to staging --setup', { ...promote, setUp: true }],
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
      { form: 'rollback', given: { environment: 'production', release: '2026.11.2', reason: 'it burns' } },
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
    [
      'cherry-pick 9F3C1AB..4d2e1f0 #12 onto 2026.11.3',
      { kind: 'cherry-pick', picks: ['9f3c1ab..4d2e1f0', '#12'], release: named('2026.11.3') },
    ],
    ['tag 2026.11.3', { kind: 'tag', release: named('2026.11.3') }],
    ['on-trunk 2026.11.3', { kind: 'on-trunk', release: named('2026.11.3'), commit: null, reason: null }],
    [
      'landed 2026.11.3 --commit 9f3c1ab --reason "done in #12"',
      { kind: 'on-trunk', release: named('2026.11.3'), commit: '9f3c1ab', reason: 'done in #12' },
    ],
    ['train shop hold', { kind: 'train-hold', app: 'shop', departs: null, reason: null }],
    ['train hold: the audit', { kind: 'train-hold', app: 'shop', departs: null, reason: 'the audit' }],
    ['train leave on web', { kind: 'train-leave', app: 'web', departs: null, reason: null }],
    ['train resume', { kind: 'train-resume', departs: null }],
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
    ['lock staging for load test until 17:00', { ...lock, until: '17:00' }],
    ['lock staging 2h load test', { ...lock, until: '2h' }],
    ['lock staging until "fri 17:00" "load test"', { ...lock, until: 'fri 17:00' }],
    ['lock staging on web: load test', { ...lock, app: 'web' }],
    ['lock pr-17: load test', { ...lock, environment: 'pr-17' }],
    ['lock staging --steal --reason "load test"', { ...lock, takeOver: true }],
    ['unlock staging', { kind: 'unlock', app: 'shop', environment: 'staging', reason: null }],
    ['freeze until mon 09:00: audit', { kind: 'freeze', app: 'shop', until: 'mon 09:00', reason: 'audit' }],
    ['freeze all for 2d because audit', { kind: 'freeze', app: null, until: '2d', reason: 'audit' }],
    ['thaw', { kind: 'thaw', app: 'shop' }],
    ['thaw all', { kind: 'thaw', app: null }],
    ['env create pr-17 from #17', { ...env, action: 'create', argument: '#17' }],
    ['env extend pr-17 24h', { ...env, action: 'extend', argument: '24h' }],
    ['env extend pr-17 for 24h', { ...env, action: 'extend', argument: '24h' }],
    ['env extend pr-17 1d 12h', { ...env, action: 'extend', argument: '1d12h' }],
    ['env keep pr-17', { ...env, action: 'keep' }],
    ['env teardown pr-17 --yes', { ...env, action: 'teardown', confirmed: true }],
    ['env rebuild on staging', { ...env, action: 'rebuild', environment: 'staging' }],
    ['env patch shop stg', { ...env, action: 'patch', environment: 'staging' }],
    ['delete 2026.11.3', { kind: 'delete', release: named('2026.11.3'), confirmed: false }],
    ['delete 2026.11.3 --yes', { kind: 'delete', confirmed: true }],
    ['delete "Winter sale"', { kind: 'delete', release: named('Winter sale'), confirmed: false }],
    [
      'checklist tick "qa sign-off" 2026.11.3',
      { kind: 'tick', item: 'QA sign-off', done: true, release: named('2026.11.3') },
    ],
    [
      'checklist tick qa sign-off 2026.11.3',
      { kind: 'tick', release: named('2026.11.3'), item: 'QA sign-off', done: true },
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
