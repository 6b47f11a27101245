import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { StageOrder, StageRunner } from '../../domain/ports.js'
import { oldJobs } from '../../integrations/stage-runners/old-folders.js'
import { createShellRunner } from '../../integrations/stage-runners/shell-runner.js'
import { eventually } from '../support/until.js'
import { recordContact, shellOrder } from './support/stage-contacts.js'
import { temporaryFolder } from './support/temporary-folder.js'

const PATH = process.env['PATH'] ?? '/usr/bin:/bin'
/** A command that lasts until its test makes that file, however slow the machine. */
const untilFinished = 'while ! [ -e finish ]; do sleep 0.05; done'

async function setUp(): Promise<{ folder: string; runner: StageRunner }> {
  const folder = await temporaryFolder()
  const runner = createShellRunner({
    dataFolder: path.join(folder, 'data'),
    baseVariables: { PATH, HOME: folder },
    killGraceMs: 400,
    pollMs: 30,
  })
  return { folder, runner }
}

function jobText(folder: string, file: string): string {
  const [job = ''] = readdirSync(path.join(folder, 'data/jobs'))
  return readFileSync(path.join(folder, 'data/jobs', job, file), 'utf8')
}

/** Runs one command to its end. */
async function run(command: string, changes: Partial<StageOrder> = {}) {
  const { folder, runner } = await setUp()
  const contact = recordContact()
  const report = await runner.execute(shellOrder(folder, command, changes), contact)
  return { folder, contact, report, runner }
}

describe('a command', () => {
  it('is seen to have ended when its supervisor ends, not at the next poll', async () => {
    const folder = await temporaryFolder()
    const runner = createShellRunner({
      ...{ dataFolder: path.join(folder, 'data'), baseVariables: { PATH }, pollMs: 3_600_000 },
    })
    const contact = recordContact()
    const { exit } = await runner.execute(shellOrder(folder, 'echo done; exit 3'), contact)

    expect([exit, contact.text()]).toEqual([{ kind: 'exited', code: 3 }, 'done\n'])
  })

  it('reports its exit code, outputs, log and times', async () => {
    const { contact, report } = await run(
      'echo one; echo two >&2; echo three >/dev/stderr; echo "url=http://x?a=b" >> "$SLIPWAY_OUTPUT"; echo nonsense >> "$SLIPWAY_OUTPUT"; exit 75',
    )

    expect(report.exit).toEqual({ kind: 'exited', code: 75 })
    expect(report.outputs).toEqual({ url: 'http://x?a=b' })
    expect(contact.text()).toMatch(/^one\ntwo\nthree\n\[slipway: ignored 1 line/)
    expect(report.tail).toBe(contact.text())
    expect(contact.beats()).toBeGreaterThan(0)
    expect(Date.parse(report.finishedAt)).toBeGreaterThanOrEqual(Date.parse(report.startedAt))
  })

  it('is told first what its checkout leaves out', async () => {
    const { report } = await run('echo built', { leftOut: ['submodules', 'lfs'] })

    expect(report.tail).toMatch(
      /^\[slipway: This repository has submodules; .* \(submodules: false\)\]\n\[slipway: .* Git LFS; .* \(lfs: false\)\]\nbuilt\n$/,
    )
  })

  it('sees only its variables and the base ones, and no input', async () => {
    const { folder, report } = await run('cat; env | cut -d= -f1 | sort | tr "\\n" " "; pwd', {
      variables: { SLIPWAY_APP: 'shop' },
    })

    expect(report.tail.replace(/\b(_|OLDPWD|SHLVL) /g, '')).toBe(
      `HOME PATH PWD SLIPWAY_APP SLIPWAY_OUTPUT ${folder}\n`,
    )
  })

  it('treats variables as data', async () => {
    const { report } = await run('printf %s "$TITLE"', {
      variables: { TITLE: '$(echo hacked); `id` "\' \n' },
    })

    expect(report.tail).toBe('$(echo hacked); `id` "\' \n')
  })

  it('ended by a signal reports 128 and the signal', async () => {
    const { report } = await run('kill -9 $$')

    expect(report.exit).toEqual({ kind: 'exited', code: 137 })
  })

  it('that cannot be started for want of a workspace is an error, not a result', async () => {
    const { folder, runner } = await setUp()
    const order = shellOrder(path.join(folder, 'nowhere'), 'true')

    await expect(runner.execute(order, recordContact())).rejects.toThrow(/workspace .*nowhere does not exist/)
  })

  it('whose job folder cannot be made is an error that names it', async () => {
    const { folder, runner } = await setUp()
    writeFileSync(path.join(folder, 'data'), 'a file in the way')

    await expect(runner.execute(shellOrder(folder, 'true'), recordContact())).rejects.toThrow(
      /Cannot make the job folder/,
    )
  })

  it('that leaves a process behind does not wait for it', async () => {
    const began = performance.now()
    const { report } = await run('sleep 20 & echo $!')
    process.kill(Number(report.tail.trim()))

    expect(report.exit).toEqual({ kind: 'exited', code: 0 })
    expect(performance.now() - began).toBeLessThan(10_000)
  })
})

describe('the same key', () => {
  it('returns the report of the command that ended', async () => {
    const { folder, report, runner } = await run('echo x >> count')

    const again = await runner.execute(shellOrder(folder, 'echo x >> count'), recordContact())

    expect(again).toEqual(report)
    expect(await readFile(path.join(folder, 'count'), 'utf8')).toBe('x\n')
  })

  it('asked for by many at once starts once, and all watch', async () => {
    const { folder, runner } = await setUp()
    const order = shellOrder(folder, 'echo x >> count; sleep 0.5; echo done')
    const contacts = [recordContact(), recordContact(), recordContact()]

    const reports = await Promise.all(contacts.map((contact) => runner.execute(order, contact)))

    expect(new Set(reports.map((report) => JSON.stringify(report))).size).toBe(1)
    expect(contacts.map((contact) => contact.text())).toEqual(['done\n', 'done\n', 'done\n'])
    expect(await readFile(path.join(folder, 'count'), 'utf8')).toBe('x\n')
  })

  it('attaches again after letting go, and sees the whole log', async () => {
    const { folder, runner } = await setUp()
    const order = shellOrder(folder, `echo x >> count; echo begun; ${untilFinished}; echo done`)
    const first = recordContact()
    const second = recordContact()

    const letGo = runner.execute(order, first)
    await eventually(() => first.text() === 'begun\n')
    first.detach()
    await expect(letGo).rejects.toThrow('the command goes on')
    writeFileSync(path.join(folder, 'finish'), '')
    await runner.execute(order, second)

    expect(second.text()).toBe('begun\ndone\n')
    expect(await readFile(path.join(folder, 'count'), 'utf8')).toBe('x\n')
  })
})

describe('secrets', () => {
  it('are redacted from the log that is delivered, the tail and every file', async () => {
    const secret = 'p4ss/w0rd+é'
    const { folder, contact, report } = await run(
      'printf %s "$PASSWORD" | head -c 5; sleep 0.3; printf %s "$PASSWORD" | tail -c +6; echo; printf "user:%s" "$PASSWORD" | base64',
      { variables: { PASSWORD: secret }, redact: [secret] },
    )
    const encoded = Buffer.from(`user:${secret}`).toString('base64')

    expect(report.tail).toMatch(/^\*\*\*\n/)
    expect(report.tail).not.toContain(encoded.slice(8, -4))
    expect(contact.text()).toBe(report.tail)
    for (const file of ['log', 'exit', 'out/output', 'pid'])
      expect(jobText(folder, file)).not.toContain('p4ss')
  })
})

describe('a long log', () => {
  it('is cut with a word about it; the last lines are still reported', async () => {
    const { folder } = await setUp()
    const contact = recordContact()
    const runner = createShellRunner({
      dataFolder: folder,
      baseVariables: { PATH },
      logLimit: 1_000,
      pollMs: 30,
    })

    const report = await runner.execute(
      shellOrder(
        folder,
        'i=0; while [ $i -lt 500 ]; do echo line $i; i=$((i+1)); done; echo why it failed; exit 1',
      ),
      contact,
    )

    expect(contact.text()).toMatch(/\[slipway: log cut at 1000 characters; the command goes on\]\n$/)
    expect(contact.text().length).toBeLessThan(1_100)
    expect(report.tail).toMatch(/why it failed\n$/)
    expect(report.tail.length).toBeLessThanOrEqual(2_000)
  })
})

describe('old jobs', () => {
  it('are pruned once they ended, never while they run', async () => {
    const { folder, runner } = await run('true')
    const contact = recordContact()
    const running = runner.execute(shellOrder(folder, `echo up; ${untilFinished}`, { key: 'other' }), contact)
    await eventually(() => contact.text() === 'up\n')

    const dataFolder = path.join(folder, 'data')
    const remove = (keptMs: number) => oldJobs({ dataFolder }, { keptMs }).remove(() => true)
    expect((await remove(60_000)).count).toBe(0)
    expect((await remove(-1_000)).count).toBe(1)
    writeFileSync(path.join(folder, 'finish'), '')
    expect((await running).exit).toEqual({ kind: 'exited', code: 0 })
    expect(readdirSync(path.join(folder, 'data/jobs'))).toHaveLength(1)
  })
})
