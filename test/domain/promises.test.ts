import { expect, it, onTestFinished } from 'vitest'
import { awaitedLater, together } from '../../domain/promises.js'

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

it('promises that are awaited together fail when all have ended', async () => {
  let hasEnded = false
  const slow = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
    hasEnded = true
  })

  await expect(together([Promise.reject(new Error('at once')), slow])).rejects.toThrow('at once')
  expect(hasEnded).toBe(true)
  expect(await together([Promise.resolve(1), Promise.resolve('a')])).toEqual([1, 'a'])
})
