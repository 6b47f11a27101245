import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker'

const root = dirname(import.meta.dirname)
/** Marks the file name of the bundle for workflows that encrypt. */
const ENCRYPTING = '-encrypting.js'

/**
 * Writes the bundle from which a worker runs its workflows. A worker that bundles itself starts a second later; and bundling
 * rejects a workflow that reaches a Node built-in, also through another module. All workflows of a worker share their
 * modules, none of which has state: separate modules would cost each workflow in memory a megabyte (measured). In a bundle
 * whose name says that it encrypts, workflows put the texts of their failures where they are encrypted.
 */
export async function bundleWorkflows(entry: string, target: string): Promise<void> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: entry,
    preloadModules: [entry],
    logger: new DefaultLogger('ERROR'),
    ...(target.endsWith(ENCRYPTING)
      ? { failureConverterPath: join(root, 'workflows/encoded-failures.ts') }
      : {}),
  })
  await mkdir(dirname(target), { recursive: true })
  // Another process may be about to read it, or write the same.
  const making = `${target}.${process.pid}`
  await writeFile(making, code)
  await rename(making, target)
}

if (process.argv[1] === import.meta.filename) {
  const given = process.argv.slice(2)
  const built = [join(root, 'dist/workflow-bundle.js'), join(root, `dist/workflow-bundle${ENCRYPTING}`)]
  for (const target of given.length > 0 ? given : built)
    await bundleWorkflows(join(root, 'workflows/index.ts'), target)
}
