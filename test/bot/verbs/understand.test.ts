import { describe, expect, test } from 'vitest'
import { understand } from '../../../bot/verbs/understand.js'
import { inShop, parse } from './grammar-fixture.js'
import { phrases } from './phrases.js'

describe('what people type leads to its answer or to one button', () => {
  test.each(phrases)('%s %s `%s`', (phrase, leads, command) => {
    const understood = understand(phrase, inShop())
    const meant = parse(command)
    expect(meant.kind).not.toBe('problem')
    const seen = understood.kind === 'problem' ? { offers: understood.offers } : { means: understood }
    expect(seen).toEqual(leads === 'offers' ? { offers: [command] } : { means: meant })
  })

  test('the table is long, and nothing that was guessed gives an order', () => {
    expect(phrases.length).toBeGreaterThanOrEqual(150)
    const guessed = phrases.filter(([, leads]) => leads !== 'means')
    const kinds = guessed.map(([phrase]) => understand(phrase, inShop()).kind)
    expect(kinds.filter((kind) => kind === 'order')).toEqual([])
  })

  test('what means two decisions has two buttons', () => {
    expect(understand('lgtm 2026.11.3-rc.1', inShop())).toMatchObject({
      offers: ['approve 2026.11.3-rc.1', 'accept 2026.11.3-rc.1'],
    })
  })

  test('words that mean nothing offer nothing', () => {
    expect(understand('banana split', inShop())).not.toHaveProperty('offers')
  })
})
