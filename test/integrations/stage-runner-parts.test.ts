import { describe, expect, it } from 'vitest'
import type { StageRunner } from '../../domain/ports.js'
import { jobFolderName } from '../../integrations/stage-runners/job-folder.js'
import { createStageRunners } from '../../integrations/stage-runners/registry.js'
import { parseStageOutputs } from '../../integrations/stage-runners/stage-outputs.js'

const runner = (kind: StageRunner['kind']): StageRunner => ({
  kind,
  execute: () => Promise.reject(new Error('unused')),
})

describe('the stage runners', () => {
  it('are found by kind', () => {
    const http = runner('http')

    expect(createStageRunners([runner('shell'), http]).get('http')).toBe(http)
  })

  it('say which kind is missing and which there are', () => {
    expect(() => createStageRunners([runner('shell')]).get('http')).toThrow(
      'no stage runner of kind http (it has: shell)',
    )
  })

  it('refuse two of a kind', () => {
    expect(() => createStageRunners([runner('shell'), runner('shell')])).toThrow(
      'Two stage runners of kind shell',
    )
  })
})

describe('outputs', () => {
  it('are the lines of key=value, the last of a key winning', () => {
    expect(parseStageOutputs('url=http://a\r\n\nurl=http://b?c=d\nempty=\n')).toEqual({
      values: { url: 'http://b?c=d', empty: '' },
      ignored: 0,
    })
  })

  it('leave out what is no key, too long or too many', () => {
    const many = Array.from({ length: 105 }, (_, index) => `k${index}=1`).join('\n')

    expect(parseStageOutputs('nonsense\n=x\n__proto__=x\n1a=x\na b=c')).toEqual({ values: {}, ignored: 5 })
    expect(parseStageOutputs(`a=${'x'.repeat(4_001)}\nb=${'x'.repeat(4_000)}`)).toMatchObject({ ignored: 1 })
    expect(Object.keys(parseStageOutputs(many).values)).toHaveLength(100)
    expect(parseStageOutputs(many).ignored).toBe(5)
    const large = Array.from({ length: 12 }, (_, index) => `k${index}=${'ü'.repeat(2_000)}`)
    expect(Object.keys(parseStageOutputs(large.join('\n')).values)).toHaveLength(8)
    expect(parseStageOutputs([...large.slice(0, 8), 'k0=small', 'k9=small'].join('\n'))).toMatchObject({
      values: { k0: 'small', k9: 'small' },
      ignored: 0,
    })
  })
})

describe('a job folder', () => {
  it('is one harmless name for each key', () => {
    const names = ['dep/patch/1', 'dep_patch/1', '../../etc', '..', 'a'.repeat(500)].map(jobFolderName)

    expect(new Set(names).size).toBe(names.length)
    for (const name of names) expect(name).toMatch(/^(?!\.)[A-Za-z0-9._-]{1,100}$/)
  })
})
