/** The Slipway that is upgraded from, compiled from this repository's history. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'

const root = join(import.meta.dirname, '../..')
const named = JSON.parse(readFileSync(join(root, 'test/upgrade/previous.json'), 'utf8')) as unknown
const { commit } = z.object({ commit: z.string().regex(/^[0-9a-f]{40}$/) }).parse(named)

/** False in a copy without that history. */
export const hasPreviousBuild = ((): boolean => {
  try {
    execFileSync('git', ['cat-file', '-e', `${commit}^{commit}`], { cwd: root, stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

/** Its compiled folder, with `main.js` and `compose/migrate.js`; created the first time. */
export function previousBuild(): string {
  const home = join(root, '.slipway', `previous-${commit}`)
  if (!existsSync(home)) make(home)
  return join(home, 'dist')
}

function make(home: string): void {
  mkdirSync(dirname(home), { recursive: true })
  const folder = mkdtempSync(`${home}-`)
  const run = (command: string, ...words: readonly string[]): Buffer =>
    execFileSync(command, words, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 28 })
  try {
    run('sh', '-c', 'git -C "$1" archive "$2" | tar -x', 'sh', root, commit)
    const lockOf = (of: string): string => readFileSync(join(of, 'package-lock.json'), 'utf8')
    if (lockOf(folder) === lockOf(root)) symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    else run('npm', 'ci', '--ignore-scripts')
    const compiler = join(folder, 'node_modules/typescript/bin/tsc')
    run(process.execPath, compiler, '-p', 'tsconfig.build.json', '--noCheck', '--outDir', 'dist')
    run(process.execPath, 'tools/run.cjs', 'tools/bundle-workflows.ts')
    renameSync(folder, home)
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    // Another one was faster.
    if (!existsSync(home)) throw error
  }
}
