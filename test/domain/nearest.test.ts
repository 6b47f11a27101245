import { expect, test } from 'vitest'
import { nearest } from '../../domain/nearest.js'

test.each([
  ['promot', ['promote', 'pause'], ['promote']],
  ['porduction', ['staging', 'production'], ['production']],
  ['stagin', ['stagings', 'staging', 'production'], ['staging', 'stagings']],
  ['QA', ['qa'], ['qa']],
  ['xyz', ['abc', 'qa'], []],
  ['', ['a'], ['a']],
  ['prod', ['production'], []],
])('%s among %j is %j', (word, choices, expected) => {
  expect(nearest(word, choices)).toEqual(expected)
})
