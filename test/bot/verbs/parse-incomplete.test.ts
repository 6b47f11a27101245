import { describe, expect, test } from 'vitest'
import { verbNames } from '../../../domain/verbs.js'
import { anApp, inner, parse } from './grammar-fixture.js'

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
    ['lock staging for demo', 'lock', { environment: 'staging', 'required-reason': 'demo' }],
    ['lock staging "two words"', 'lock', { environment: 'staging', 'required-reason': 'two words' }],
    ['lock staging 2h', 'lock', { environment: 'staging', until: '2h' }],
    ['freeze for the holidays', 'freeze', { app: 'shop', 'required-reason': 'the holidays' }],
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

  test.each(['promote', 'approve', 'accept', 'reject'])(
    '[U.6] %s to a place that releases do not go to says so, and opens no form',
    (verb) => {
      for (const where of ['to nowhere', '--env pr-5'])
        expect(inner(parse(`${verb} shop ${where}`))).toMatchObject({
          kind: 'refused',
          refusal: { code: 'unknown-environment', nearest: ['integration', 'staging', 'production'] },
        })
    },
  )

  test('[U.6] production is in no form unless it was said', () => {
    for (const verb of verbNames) {
      expect(JSON.stringify(parse(verb)), verb).not.toContain('production')
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
