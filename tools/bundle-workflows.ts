import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker'

/**
 * Writes what a worker runs its workflows from. A worker that bundles by itself starts a second later; and bundling
 * refuses a workflow that reaches a Node built-in, also by way of another module.
 */
export async function bundleWorkflows(entry: string, target: string): Promise<void> {
  const { code } = await bundleWorkflowCode({ workflowsPath: entry, logger: new DefaultLogger('ERROR') })
  await mkdir(dirname(target), { recursive: true })
  // Another process may be about to read it, or make the same.
  const making = `${target}.${process.pid}`
  await writeFile(making, code)
  await rename(making, target)
}

if (process.argv[1] === import.meta.filename) {
  const root = dirname(import.meta.dirname)
  await bundleWorkflows(
    join(root, 'workflows/index.ts'),
    process.argv[2] ?? join(root, 'dist/workflow-bundle.js'),
  )
}
