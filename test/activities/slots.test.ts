import { ApplicationFailure } from '@temporalio/common'
import { expect, test } from 'vitest'
import { countSlots } from '../../workflows/activities/slots.js'
import { waitsFor } from './support/waits-for.js'

test('[D.5] a host offers itself while it has a free slot', async () => {
  let end = (): void => undefined
  const slots = countSlots(1)
  const stage = slots.counted(() => new Promise<void>((resolve) => (end = resolve)))
  const fault = slots.counted(() => Promise.reject(new Error('no')))
  await expect(fault()).rejects.toThrow('no')
  expect(slots.offer('lab')).toBe('lab')

  const running = stage()
  expect(() => slots.offer('lab')).toThrow('lab has no free slot')
  expect(failureOf(() => slots.offer('lab'))).toEqual(waitsFor(2_000))
  end()
  await running
  expect(slots.offer('lab')).toBe('lab')
})

function failureOf(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error instanceof ApplicationFailure ? error : null
  }
}
