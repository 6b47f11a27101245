import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { pickPort } from '../../local/ports.js'
import { livingHolder, waitForLock } from '../../local/process-lock.js'
import { scriptArguments, startProcess, waitUntilReady } from '../../local/processes.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-test-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A command that does not go politely, nor does what it started. */
const stubborn = (pidFile: string) => `trap '' TERM; sleep 1000 & echo "$$ $!" > ${pidFile}; wait`

async function pidsIn(file: string): Promise<number[]> {
  await expect.poll(() => existsSync(file) && readFileSync(file, 'utf8')).toMatch(/\d+ \d+\n/)
  return readFileSync(file, 'utf8').trim().split(' ').map(Number)
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

describe('processes', () => {
  test('stops the whole group, also what ignores the polite signal', async () => {
    const pidFile = join(folder, 'pids')
    const logFile = join(folder, 'log')
    const plan = {
      name: 'stubborn',
      command: 'sh',
      arguments: ['-c', stubborn(pidFile)],
      logFile,
      graceSeconds: 1,
    }
    const running = await startProcess(plan)
    const pids = await pidsIn(pidFile)
    expect(pids.map(lives)).toEqual([true, true])
    await running.stop()
    await expect.poll(() => pids.map(lives)).toEqual([false, false])
  })

  test('gives its variables to the command and shows them to nobody else', async () => {
    const logFile = join(folder, 'log')
    const words = [
      '-c',
      'echo "$SECRET of $OURS"; ps -eo args; cat /proc/*/cmdline 2>/dev/null | tr "\\0" " "',
    ]
    const plan = { name: 'quiet', command: 'sh', arguments: words, logFile }
    process.env['OURS'] = 'this process'
    const variables = { SECRET: 'a-secret-of-the-test' }
    await (await startProcess({ ...plan, variables })).ended
    const inheriting = readFileSync(logFile, 'utf8')
    rmSync(logFile)
    await (await startProcess({ ...plan, variables, bare: true })).ended
    const bare = readFileSync(logFile, 'utf8')
    delete process.env['OURS']

    expect(inheriting.match(/a-secret-of-the-test/g)).toHaveLength(1)
    expect(inheriting).toContain('a-secret-of-the-test of this process\n')
    expect(bare).toContain('a-secret-of-the-test of \n')
  })

  test('leaves nothing behind when the starter is killed', async () => {
    const pidFile = join(folder, 'pids')
    const starter = join(folder, 'starter.ts')
    const plan = `{ name: 'orphan', command: 'sh', arguments: ['-c', ${JSON.stringify(stubborn(pidFile))}],
      logFile: ${JSON.stringify(join(folder, 'log'))}, lockFile: ${JSON.stringify(join(folder, 'lock'))}, graceSeconds: 1 }`
    const source = new URL('../../local/processes.ts', import.meta.url).href
    writeFileSync(starter, `import('${source}').then(({ startProcess }) => startProcess(${plan}))\n`)
    const child = spawn(process.execPath, scriptArguments(pathToFileURL(starter.replace(/ts$/, 'js'))), {
      stdio: 'ignore',
    })
    const pids = await pidsIn(pidFile)
    child.kill('SIGKILL')
    await expect.poll(() => pids.map(lives)).toEqual([false, false])
    await waitForLock(join(folder, 'lock'))
    expect(livingHolder(join(folder, 'lock'))).toBeNull()
  })

  test('says why a process did not get ready, with the end of its log', async () => {
    const plan = { name: 'broken', command: 'sh', arguments: ['-c', 'echo "$REASON"; exit 3'] }
    const running = await startProcess({
      ...plan,
      variables: { REASON: 'no disk' },
      logFile: join(folder, 'log'),
    })
    const ready = waitUntilReady(running, { probe: async () => false, timeoutMs: 10_000 })
    await expect(ready).rejects.toThrow(/broken ended while it started.*no disk.*exit code 3/s)
  })

  test('names the holder of a lock that is in use, and takes one that is not', async () => {
    const lockFile = join(folder, 'lock')
    const plan = {
      name: 'holder',
      command: 'sleep',
      arguments: ['1000'],
      logFile: join(folder, 'log'),
      lockFile,
    }
    const running = await startProcess(plan)
    await expect(waitForLock(lockFile, 100)).rejects.toThrow(`Process ${running.pid} still uses`)
    await running.stop()
    await waitForLock(lockFile, 0)
    writeFileSync(lockFile, JSON.stringify({ pid: process.pid, started: 'another time' }))
    await waitForLock(lockFile, 0)
    writeFileSync(lockFile, '{"pid":')
    await waitForLock(lockFile, 0)
  })
})

describe('ports', () => {
  test('takes the preferred port, or moves when it is taken', async () => {
    const { port } = await pickPort(0)
    expect(await pickPort(port)).toEqual({ port, moved: false })
    const server = createServer().listen(port, '127.0.0.1')
    const other = await pickPort(port)
    server.close()
    expect(other.moved).toBe(true)
    expect(other.port).not.toBe(port)
  })

  test.runIf(process.platform === 'linux')('what one process was given, no other is', async () => {
    const { port } = await pickPort(0)
    const file = join(folder, 'pick.mjs')
    const ports = new URL('../../local/ports.ts', import.meta.url)
    writeFileSync(
      file,
      `import { pickPort } from '${ports.href}'\nconsole.log((await pickPort(${port})).moved)\n`,
    )

    expect(execFileSync(process.execPath, ['tools/run.cjs', file], { encoding: 'utf8' })).toBe('true\n')
  })
})
