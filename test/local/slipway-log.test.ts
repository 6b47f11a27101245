import { describe, expect, test } from 'vitest'
import { readableLog } from '../../local/slipway-log.js'

describe('the end of Slipway’s log for people', () => {
  test('has warnings with their reason, each once, and what was printed, without stack traces', () => {
    const line = (level: number, msg: string, reason?: string): string =>
      JSON.stringify({
        level,
        time: 1,
        msg,
        ...(reason && { err: { type: 'Error', message: reason, stack: 'x' } }),
      })
    const tail = [
      'half of a line"}',
      line(30, 'Slipway is up'),
      line(40, 'PostgreSQL does not answer yet; trying again', 'connect ECONNREFUSED'),
      line(40, 'PostgreSQL does not answer yet; trying again', 'connect ECONNREFUSED'),
      'slipway.yaml:3:5 apps: is missing → add it',
      '    at readFile (node:fs:1:2)',
      line(60, 'Slipway did not start'),
      '',
    ].join('\n')
    expect(readableLog(tail).split('\n')).toEqual([
      'half of a line"}',
      'PostgreSQL does not answer yet; trying again: connect ECONNREFUSED',
      'slipway.yaml:3:5 apps: is missing → add it',
      'Slipway did not start',
    ])
  })
})
