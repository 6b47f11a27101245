import { expect, test } from 'vitest'
import { redactFailures } from '../../workflows/activities/redact-failures.js'

const redact = (text: string): string => text.replaceAll('hunter2', '***')

test('what an activity throws shows no secret, with what caused it, and is the same error', async () => {
  const cause = new TypeError('Unexpected token in "hunter2"')
  const error = new Error('Cannot run: hunter2', { cause })
  const thrown = await redactFailures(redact, () => Promise.reject(error)).catch((one: unknown) => one)

  expect(thrown).toBe(error)
  expect([error, cause].map(({ message, stack }) => `${message}${stack}`).join()).not.toContain('hunter2')
  expect(cause.message).toBe('Unexpected token in "***"')
})

test('what it returns is as it was', async () => {
  expect(await redactFailures(redact, () => Promise.resolve('hunter2'))).toBe('hunter2')
})
