import { expect, test } from 'vitest'
import { planMessage, whyMessage } from '../../../bot/views/read-views.js'
import type { Blocker } from '../../../domain/blockers/blocker.js'
import type { PlanStep } from '../../../domain/blockers/plan.js'
import { blockersOf } from '../../../domain/blockers/why.js'
import { cardOptions } from '../../support/card-options.js'
import { stories } from '../../support/release-stories.js'
import {
  ALICE,
  AT,
  aCandidate,
  aPipeline,
  aRelease,
  BOB,
  environmentName,
  QUINN,
} from '../../support/release-views.js'
import { pausedByRollback, withSetback } from '../../support/setback.js'
import { anApp } from '../verbs/grammar-fixture.js'

const candidate = aCandidate()
const step = (over: Partial<PlanStep> = {}): PlanStep => ({
  environment: environmentName('production'),
  state: 'ahead',
  before: [],
  judges: ['qa'],
  starts: AT,
  ends: '2026-11-21T14:05:12.000Z',
  ...over,
})

test('a plan says what went wrong there and that automation is paused, and how long it takes', () => {
  const view = aRelease({
    environments: aPipeline({ production: { detail: withSetback, hold: pausedByRollback } }),
  })
  const shown = JSON.stringify(planMessage({ view, candidate }, [step()]).blocks)

  expect(shown).toContain('❗ it failed in production at patch (the patch stage ended with exit code 1)')
  expect(shown).toContain('⏸️ automation paused by <@U01BOB>: users cannot pay; only what people promote')
  expect(shown).toContain(' · takes 12 s · then accepted by qa')
})

test('its notification names the instant in words that need no client', () => {
  const plan = (steps: readonly PlanStep[]) => planMessage({ view: aRelease(), candidate }, steps).text

  expect(plan([step()])).toBe(
    'shop 2026.11.3-rc.1 can be in production at 2026-11-21 14:05 UTC at the earliest.',
  )
  expect(plan([step({ ends: null })])).toBe(
    'shop 2026.11.3-rc.1 can be in production at a time that nothing tells yet.',
  )
  expect(plan([step({ state: 'done' })])).toBe('shop 2026.11.3-rc.1 is accepted in production already.')
  expect(plan([])).toBe('shop 2026.11.3-rc.1 goes to no environment.')
})

test('what a plan and `why` leave out is counted', () => {
  const items = Array.from({ length: 12 }, (_, index) => ({ item: `Item ${index}`, role: 'qa' }))
  const many = planMessage({ view: aRelease(), candidate }, [
    step({ before: [{ kind: 'checklist', items }] }),
    ...Array.from({ length: 21 }, (_, index) => step({ environment: environmentName(`region-${index}`) })),
  ])
  const blocker = (item: string): Blocker => ({
    ...{ environment: environmentName('production'), since: AT, until: null, roles: ['qa'], people: [] },
    ...{ kind: 'checklist', item },
  })
  const context = { view: aRelease(), candidate, app: anApp('shop'), windows: () => new Map(), now: AT }
  const crowd = {
    ...cardOptions,
    people: () => Array.from({ length: 50 }, (_, index) => `U${index}` as never),
  }
  const why = whyMessage(
    context,
    items.map(({ item }) => blocker(item)),
    crowd,
  )

  expect(JSON.stringify(many)).toContain('• …and 4 more')
  expect(JSON.stringify(many)).toContain('…and 2 more environments.')
  expect(JSON.stringify(why)).toContain('…and 2 more.')
  expect(JSON.stringify(why)).toContain('<@U5> and 44 more')
})

test('a plan of what was rolled back never says that it is there', () => {
  const view = aRelease({ environments: aPipeline({ production: { detail: withSetback } }) })
  const { text, blocks } = planMessage({ view, candidate }, [step({ state: 'done' })])

  expect(text).toBe(
    'shop 2026.11.3-rc.1 failed at patch, was rolled back in production after it was accepted there.',
  )
  expect(JSON.stringify(blocks)).toContain('↩️ *production* was accepted, and put away since')
})

test('`why` names nobody who approved already or may not approve what they asked for', () => {
  const view = stories['prepared, 1 of 2 approvals'] ?? aRelease()
  const context = { view, candidate, app: anApp('shop'), windows: () => new Map(), now: AT }
  const people = () => [ALICE, BOB, QUINN]
  const message = whyMessage(context, blockersOf(context), { ...cardOptions, people })

  expect(JSON.stringify(message.blocks)).toContain(`Who can end it: release-managers: <@${QUINN}>\\n`)
})
