import { expect, test } from 'vitest'
import { untilItWorks } from '../../compose/retry-until-up.js'
import { silent } from '../bot/fake-bot.js'

const failing = (code: string) => Object.assign(new Error(code), { code })
const options = { what: 'PostgreSQL', log: silent as never, signal: new AbortController().signal }

/** Fails once in that way, then works; resolves to how often it was tried. */
async function tries(code: string): Promise<number> {
  let tried = 0
  return untilItWorks(async () => {
    tried += 1
    if (tried === 1) throw failing(code)
    return tried
  }, options)
}

test.each(['ECONNREFUSED', '57P01', '57014', '53300', '08006'])('%s is waited for', async (code) => {
  expect(await tries(code)).toBe(2)
})

test.each(['22P05', '23514', '42703'])('%s will never be taken, and is thrown at once', async (code) => {
  await expect(tries(code)).rejects.toThrow(code)
})
