import { expect, it, onTestFinished } from 'vitest'
import { awaitedLater } from '../../domain/awaited-later.js'

it('a promise that is awaited later fails where it is awaited, and not as unhandled before', async () => {
  const unhandled: unknown[] = []
  const note = (error: unknown): void => void unhandled.push(error)
  process.on('unhandledRejection', note)
  onTestFinished(() => void process.off('unhandledRejection', note))

  const work = awaitedLater(Promise.reject(new Error('too late')))
  await new Promise((resolve) => setImmediate(resolve))

  await expect(work).rejects.toThrow('too late')
  expect(unhandled).toEqual([])
})
