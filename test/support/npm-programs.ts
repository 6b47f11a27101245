/** Programs from npm that are no dependencies of ours: in the cache, in a folder of their own. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Installs packages into the folder unless it is there; no script of theirs runs. Test files that run at once may ask for
 * the same: each installs beside it, and one of them puts it in place, whole.
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
    // Another one was sooner.
    if (!existsSync(home)) throw error
  }
}
