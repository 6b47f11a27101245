/**
 * Compiles Slipway once for all tests that start it, as in the container: a process of it starts, and each of its
 * stages, in half the CPU time.
 */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { bundleWorkflows } from '../../tools/bundle-workflows.js'
import { COMPILED_MAIN } from './compiled-main.js'

export async function setup(): Promise<void> {
  const root = join(import.meta.dirname, '../..')
  const folder = join(root, '.slipway/compiled')
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  const options = ['-p', join(root, 'tsconfig.build.json'), '--noCheck', '--outDir', folder]
  await Promise.all([
    promisify(execFile)(process.execPath, [compiler, ...options]),
    bundleWorkflows(join(root, 'workflows/index.ts'), join(folder, 'workflow-bundle.js')),
  ])
  process.env[COMPILED_MAIN] = join(folder, 'main.js')
}
