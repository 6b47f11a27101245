import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { IntentDraft } from '../../../bot/commands/parsed-command.js'
import { formatCommand } from '../../../bot/verbs/format-command.js'
import { parseReleaseCommand } from '../../../bot/verbs/parse-release-command.js'
import type { AppName } from '../../../domain/identifiers.js'
import { inShop } from './grammar-fixture.js'

const app = fc.constantFrom('shop' as AppName, 'web' as AppName)
const environment = fc.constantFrom('integration', 'staging', 'production')
/** What survives being typed: no quotes of ours, no spaces around it. */
const text = fc
  .string({ unit: fc.constantFrom(...'abc XYZ09äß😀&<>:#@-—\'“".,/'), minLength: 1, maxLength: 30 })
  .map((value) => value.normalize('NFC').trim())
  .filter((value) => value !== '')
const maybe = fc.option(text, { nil: null })
const candidate = fc
  .tuple(fc.nat(9_999), fc.nat(12), fc.nat(99), fc.nat(9))
  .map(([year, month, n, rc]) => ({ kind: 'named', text: `${year}.${month}.${n}-rc.${rc}` }) as const)
const deployment = fc.record({ kind: fc.constant('of-release' as const), release: candidate, environment })

const drafts: fc.Arbitrary<IntentDraft> = fc.oneof(
  fc.record({
    kind: fc.constant('cut' as const),
    app,
    title: text,
    description: fc.oneof(text, fc.constant('')),
    type: fc.constantFrom('feature', 'fix', 'hotfix'),
    ref: fc.constantFrom(null, 'main', 'release/2026', '9f3c1ab'),
    version: fc.constantFrom(null, '2.0.0'),
    override: maybe,
    draft: fc.constant(null),
  }),
  fc.record({
    kind: fc.constant('cut' as const),
    app,
    title: fc.oneof(text, fc.constant('')),
    description: fc.constant(''),
    type: fc.constant('hotfix'),
    ref: fc.constant(null),
    version: fc.constantFrom(null, '2.0.0'),
    override: maybe,
    draft: fc.constant(null),
    picks: fc.constantFrom(['#4812'], ['9f3c1ab', '#17'], ['9f3c1ab..4d2e1f0']),
  }),
  fc.record({
    kind: fc.constant('promote' as const),
    app,
    release: candidate,
    environment,
    override: maybe,
    reason: maybe,
    olderConfirmed: fc.boolean(),
    setUp: fc.boolean(),
  }),
  fc.record({
    kind: fc.constantFrom('approve' as const, 'accept' as const),
    app,
    deployment,
    comment: maybe,
  }),
  fc.record({ kind: fc.constant('reject' as const), app, deployment, comment: text }),
  fc.record({
    kind: fc.constant('rollback' as const),
    app,
    environment,
    to: fc.oneof(candidate, fc.constant(null)),
    reason: maybe,
  }),
  fc.record({
    kind: fc.constantFrom('retry' as const, 'skip' as const),
    app,
    deployment,
    override: maybe,
  }),
  fc.record({ kind: fc.constant('abort' as const), app, deployment, override: fc.constant(null) }),
  fc.record({ kind: fc.constantFrom('pause' as const, 'resume' as const), app, environment, reason: maybe }),
  fc.record({
    kind: fc.constant('lock' as const),
    app,
    environment,
    reason: text,
    until: fc.constantFrom(null, '2h', 'fri 17:00'),
    takeOver: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('freeze' as const),
    app: fc.option(app, { nil: null }),
    reason: text,
    until: fc.constantFrom('2h', 'tomorrow 09:00'),
  }),
  fc.record({ kind: fc.constant('tag' as const), app, release: candidate }),
  fc.record({
    kind: fc.constantFrom('train-hold' as const, 'train-leave' as const, 'train-resume' as const),
    ...{ app, departs: fc.constant(null), reason: maybe },
  }),
  fc.record({
    ...{ kind: fc.constant('on-trunk' as const), app, release: candidate },
    ...{ commit: fc.constant('9f3c1ab'), reason: text },
  }),
  fc.record({ kind: fc.constant('delete' as const), app, release: candidate, confirmed: fc.boolean() }),
  fc.record({
    kind: fc.constant('tick' as const),
    app,
    release: candidate,
    item: fc.constant('QA sign-off'),
    done: fc.boolean(),
  }),
)

test('an order formatted as a command is read as the same order', () => {
  fc.assert(
    fc.property(drafts, (intent) => {
      const command = formatCommand(intent)
      expect(parseReleaseCommand(command, inShop())).toEqual({ kind: 'order', intent })
    }),
    { numRuns: 500 },
  )
})
