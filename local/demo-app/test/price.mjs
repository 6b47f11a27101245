import assert from 'node:assert/strict'
import { test } from 'node:test'
import { discounted, price } from '../src/price.mjs'

test('a price is shown in its currency', () => {
  assert.equal(price(1990, 'EUR'), '€19.90')
  assert.equal(price(5, 'USD'), '$0.05')
})

test('a discount rounds to whole cents', () => {
  assert.equal(discounted(1999, 25), 1499)
  assert.equal(discounted(1000, 0), 1000)
})
