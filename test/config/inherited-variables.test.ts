import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { findUnread, withInherited } from '../../config/inherited-variables.js'

const folder = mkdtempSync(join(tmpdir(), 'slipway-inherited-'))
afterAll(() => rmSync(folder, { recursive: true }))

function opened(text: string): number {
  const file = join(folder, 'secrets')
  writeFileSync(file, text)
  return openSync(file, 'r')
}

test('lines as in .env and as env -0 writes them are added, and the descriptor is closed', () => {
  const fd = opened('# of the bank\nBANK=a b\nKEY="one\ntwo"\n')
  const env = withInherited({ A: '1', BANK: 'old', SLIPWAY_SECRETS_FD: String(fd) })
  expect(env).toEqual({ A: '1', BANK: 'a b', KEY: 'one\ntwo' })
  expect(() => readFileSync(fd)).toThrow(/EBADF/)
  const raw = opened('BANK=a=b\0KEY="one\ntwo"\0\0=x\0')
  expect(withInherited({ SLIPWAY_SECRETS_FD: String(raw) })).toEqual({ BANK: 'a=b', KEY: '"one\ntwo"' })
  expect(findUnread(env)).toEqual([])
})

test('without it the environment is what it is; one that is none is said with the way out', () => {
  const own = { A: '1' }
  expect(withInherited(own)).toBe(own)
  for (const wrong of ['x', '0', '2', '9999', '-1']) {
    const env = withInherited({ SLIPWAY_SECRETS_FD: wrong })
    expect(findUnread(env), wrong).toEqual([
      {
        variable: 'SLIPWAY_SECRETS_FD',
        message: 'names no descriptor that this process was given to read',
        fix: expect.stringContaining('3<secrets.env'),
      },
    ])
  }
})
