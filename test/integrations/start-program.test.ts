/** Programs are started by a small process of this one's own. */
import { describe, expect, it } from 'vitest'
import { endGroup, isGroupAlive } from '../../integrations/host/process-group.js'
import { startProgram } from '../../integrations/host/start-program.js'
import { childrenOf, commandLineOf } from '../support/child-processes.js'
import { eventually } from '../support/until.js'

const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin' }

async function run(program: string, ...args: string[]) {
  const heard = { stdout: '', stderr: '' }
  const { ended } = startProgram({ program, args, env }, (from, chunk) => {
    heard[from] += chunk.toString('utf8')
  })
  return { code: await ended, ...heard }
}

/** The processes that start programs for this one. */
const starters = (): readonly number[] =>
  childrenOf(process.pid, (pid) => commandLineOf(pid).includes('starter.mjs'))

describe.skipIf(process.platform !== 'linux')('a program', () => {
  it('says what it says, with its exit code, and gets these words and variables only', async () => {
    expect(
      await run('sh', '-c', 'echo "$1"; echo "$PATH" >&2; env | wc -l; exit 3', 'sh', 'a; b "$c"'),
    ).toEqual({
      code: 3,
      stdout: expect.stringMatching(/^a; b "\$c"\n[ \d]+\n$/),
      stderr: `${env.PATH}\n`,
    })
  })

  it('that a signal ends has no exit code, and one that is not there is an error', async () => {
    expect((await run('sh', '-c', 'kill -9 $$')).code).toBeNull()
    await expect(run('no-such-program')).rejects.toThrow(/no-such-program ENOENT/)
  })

  it('that cannot be started, because its words are too long, ends no other', async () => {
    const other = run('sh', '-c', 'sleep 0.3; echo unharmed')

    await expect(run('true', 'x'.repeat(200_000))).rejects.toThrow('E2BIG')
    expect(await other).toEqual({ code: 0, stdout: 'unharmed\n', stderr: '' })
  })

  it('leads a process group, which ends with all its children', async () => {
    const { group, ended } = startProgram(
      { program: 'sh', args: ['-c', 'sleep 30 & sleep 30'], env },
      () => undefined,
    )
    const number = (await group) ?? 0
    await endGroup(number, 1_000)

    expect(await ended).toBeNull()
    expect(isGroupAlive(number)).toBe(false)
  })

  it('ends with its starter, as an error; the next one has another', async () => {
    const { ended, group } = startProgram({ program: 'sleep', args: ['30'], env }, () => undefined)
    const settled = Promise.allSettled([ended])
    const number = (await group) ?? 0
    const [first = 0] = starters()
    process.kill(first, 'SIGKILL')
    const [end] = await settled
    expect(end).toMatchObject({ reason: new Error('the process that starts programs ended') })

    await eventually(() => !isGroupAlive(number))

    expect((await run('echo', 'again')).stdout).toBe('again\n')
    expect(starters()).not.toContain(first)
  })

  it('is started by one process, which is kept', async () => {
    await Promise.all([run('true'), run('true')])
    const before = starters()
    await run('true')
    await eventually(() => starters().length === 1)

    expect(starters()).toEqual(before)
  })
})
