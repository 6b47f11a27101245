import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { fillFolder } from '../../integrations/host/fill-folder.js'
import { endGroup, isGroupAlive } from '../../integrations/host/process-group.js'
import {
  formatIdentity,
  isProcessAlive,
  ownIdentity,
  parseIdentity,
  parseProcStat,
  processIdentity,
} from '../../integrations/host/process-identity.js'
import { isLocked, tryLock, waitForLock } from '../../integrations/host/process-lock.js'
import { eventually } from '../support/until.js'
import { temporaryFolder } from './support/temporary-folder.js'

describe('a process', () => {
  it('is distinguished from another one that got its pid', async () => {
    const own = await ownIdentity()

    expect(await isProcessAlive(own)).toBe(true)
    expect(await isProcessAlive({ ...own, start: 'another boot/1' })).toBe(false)
    expect(parseIdentity(formatIdentity(own))).toEqual(own)
    expect(await processIdentity(2 ** 30)).toBeNull()
  })

  it.each(['', 'free', '0@x', '12', '-1@x', 'x@y'])('is not read from %j', (text) => {
    expect(parseIdentity(text)).toBeNull()
  })

  it('is read from /proc whatever its name; a zombie is none', () => {
    const rest = `1 42 ${'0 '.repeat(16)}777 0`

    expect(parseProcStat(`9 (a) b) c) S ${rest}`)).toEqual({ group: 42, startTicks: '777' })
    expect(parseProcStat(`9 (a) Z ${rest}`)).toBeNull()
    expect(parseProcStat('')).toBeNull()
  })

  it('group ends with all its members', async () => {
    const child = spawn('/bin/sh', ['-c', 'sleep 30 & (sleep 30 &) ; wait'], {
      detached: true,
      stdio: 'ignore',
    })
    const group = child.pid ?? 0
    await eventually(() => isGroupAlive(group))

    await endGroup(group, 500)

    expect(isGroupAlive(group)).toBe(false)
  })
})

describe('a lock', () => {
  it('has one holder at a time, of however many try', async () => {
    const folder = await temporaryFolder()
    let holders = 0
    let most = 0
    const work = async () => {
      const lock = await waitForLock(folder, 'lock', 15_000)
      holders += 1
      most = Math.max(most, holders)
      await new Promise((resolve) => setTimeout(resolve, 5))
      holders -= 1
      await lock.release()
    }

    await Promise.all(Array.from({ length: 12 }, work))

    expect(most).toBe(1)
    expect(readdirSync(folder)).toHaveLength(1)
    expect(await isLocked(folder, 'lock')).toBe(false)
  })

  it('of a dead process goes to exactly one of many who see it', async () => {
    const folder = await temporaryFolder()
    symlinkSync(`${2 ** 30}@gone/1`, path.join(folder, 'lock.7'))

    const taken = await Promise.all(Array.from({ length: 8 }, () => tryLock(folder, 'lock')))

    expect(taken.filter((lock) => lock !== null)).toHaveLength(1)
    expect(await isLocked(folder, 'lock')).toBe(true)
    await expect(waitForLock(folder, 'lock', 50)).rejects.toThrow('held by another process')
  })
})

describe('a folder that is filled', () => {
  it('holds everything or nothing', async () => {
    const parent = await temporaryFolder()
    const folder = path.join(parent, 'out')
    const half = fillFolder(folder, (fresh) => {
      writeFileSync(path.join(fresh, 'half'), '')
      return Promise.reject(new Error('disk full'))
    })
    await expect(half).rejects.toThrow('disk full')
    expect(readdirSync(folder)).toEqual([])

    await fillFolder(folder, async (fresh) => writeFileSync(path.join(fresh, 'whole'), ''))

    expect(readdirSync(folder)).toEqual(['whole'])
    expect(readdirSync(parent)).toEqual(['out'])
    mkdirSync(path.join(parent, 'other'))
    await expect(fillFolder(folder, () => Promise.resolve())).rejects.toThrow('is not empty')
    expect(existsSync(path.join(folder, 'whole'))).toBe(true)
  })
})
