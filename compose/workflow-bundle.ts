/** The one file a worker runs its workflows from, made beforehand: webpack in the worker would cost it 200 MB for ever. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const UNUSED_MS = 86_400_000
const TIMEOUT_MS = 120_000

/**
 * The path of the bundle: beside `main.js` after `npm run build`; from sources the one of exactly these sources, which
 * a process of its own makes once and the cache folder keeps. Throws when the workflows cannot be bundled.
 */
export async function workflowBundle(cacheFolder: string): Promise<string> {
  const built = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url))
  if (existsSync(built)) return built
  const root = fileURLToPath(new URL('..', import.meta.url))
  const folder = join(cacheFolder, 'workflow-bundles')
  const bundle = join(folder, `${sourceHash(root)}.js`)
  if (!existsSync(bundle)) await make(root, bundle)
  const now = new Date()
  utimesSync(bundle, now, now)
  forgetUnused(folder, now.getTime())
  return bundle
}

async function make(root: string, bundle: string): Promise<void> {
  // The loader that runs this file from its source runs the bundler too.
  const script = [...process.execArgv, join(root, 'tools/bundle-workflows.ts'), bundle]
  await promisify(execFile)(process.execPath, script, { timeout: TIMEOUT_MS })
}

/** Of everything the bundle is made of: our sources, and the version of what runs them. */
function sourceHash(root: string): string {
  const hash = createHash('sha256')
  const manifest = createRequire(import.meta.url).resolve('@temporalio/workflow/package.json')
  for (const file of [manifest, ...sources(join(root, 'domain')), ...sources(join(root, 'workflows'))]) {
    hash.update(file.replace(root, '')).update('\0').update(readFileSync(file)).update('\0')
  }
  return hash.digest('hex').slice(0, 32)
}

function sources(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .toSorted()
    .map((name) => join(folder, name))
}

/** Every change of the sources leaves a bundle behind. A worker has read its own into memory. */
function forgetUnused(folder: string, now: number): void {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name)
    const usedAt = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? now
    if (now - usedAt > UNUSED_MS) rmSync(file, { force: true })
  }
}
