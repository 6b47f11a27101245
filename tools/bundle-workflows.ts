import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker'

/**
 * Writes the bundle from which a worker runs its workflows. A worker that bundles itself starts a second later; and bundling
 * rejects a workflow that reaches a Node built-in, also through another module. All workflows of a worker share their
 * modules, none of which has state: separate modules would cost each workflow in memory a megabyte (measured).
 */
export async function bundleWorkflows(entry: string, target: string): Promise<void> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: entry,
    preloadModules: [entry],
    logger: new DefaultLogger('ERROR'),
  })
  await mkdir(dirname(target), { recursive: true })
  // Another process may be about to read it, or write the same.
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
