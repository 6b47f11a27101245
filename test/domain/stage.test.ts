import { describe, expect, it, test } from 'vitest'
import { judgeExit, type StageReport, withoutLeaks } from '../../domain/stage.js'

const report = (exit: StageReport['exit'], outputs: StageReport['outputs']): StageReport => ({
  ...{ exit, outputs, tail: 'the end' },
  ...{ startedAt: '2026-11-28T10:00:00Z', finishedAt: '2026-11-28T10:00:01Z' },
})
const holdsSecret = (text: string): boolean => text.includes('hush')
const passed = { kind: 'exited', code: 0 } as const

describe('an output that holds a secret', () => {
  it('fails the stage that had passed, and is not kept', () => {
    const clean = withoutLeaks(report(passed, { url: 'https://u:hush@x', size: '3' }), 'patch', holdsSecret)

    expect(clean.outputs).toEqual({ size: '3' })
    expect(judgeExit('patch', clean.exit)).toBe('failed')
    expect(clean.exit).toEqual({ kind: 'leaked', outputs: ['url'] })
  })

  test.each([
    { kind: 'exited', code: 1 },
    { kind: 'exited', code: 75 },
    { kind: 'cancelled' },
    { kind: 'timed-out', afterMs: 1 },
  ] as const)('is not kept either where the stage ended with %j', (exit) => {
    expect(withoutLeaks(report(exit, { url: 'hush' }), 'patch', holdsSecret)).toMatchObject({
      exit,
      outputs: {},
    })
  })

  it('is looked for in every output: what holds none is as it was', () => {
    const fine = report(passed, { url: 'https://x' })

    expect(withoutLeaks(fine, 'patch', holdsSecret)).toBe(fine)
  })
})
