/** Prebuilds the file from which a worker runs its workflows: webpack inside the worker would permanently cost it 200 MB. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { z } from 'zod'
import type { WorkerSettings } from '../config.js'
import { encrypts } from './payload-codec.js'

const UNUSED_MS = 86_400_000
/** It takes five seconds when nothing else runs; this leaves time on a busy machine. */
const TIMEOUT_MS = 600_000

/**
 * The path of the bundle: next to `main.js` after `npm run build`; otherwise a bundle of exactly these sources, made once by a
 * separate process and stored in the cache folder. Workflows that encrypt have one of their own, because only a bundle can say how
 * they write failures. Throws when the workflows cannot be bundled.
 */
export async function workflowBundle({
  cacheFolder,
  encryption,
}: Pick<WorkerSettings, 'cacheFolder' | 'encryption'>): Promise<string> {
  const kind = encrypts(encryption) ? '-encrypting' : ''
  const built = fileURLToPath(new URL(`../workflow-bundle${kind}.js`, import.meta.url))
  if (existsSync(built)) return built
  const root = fileURLToPath(new URL('..', import.meta.url))
  const folder = join(cacheFolder, 'workflow-bundles')
  const bundle = join(folder, `${sourceHash(root)}${kind}.js`)
  if (!existsSync(bundle)) await make(root, bundle)
  const now = new Date()
  utimesSync(bundle, now, now)
  forgetUnused(folder, now.getTime())
  return bundle
}

async function make(root: string, bundle: string): Promise<void> {
  // The loader that runs this file from source also runs the bundler.
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
  const script = ['--import', loader, join(root, 'tools/bundle-workflows.ts'), bundle]
  try {
    await promisify(execFile)(process.execPath, script, { timeout: TIMEOUT_MS })
  } catch (error) {
    throw new Error(whyNot(error), { cause: error })
  }
}

const execFailure = z.object({ killed: z.boolean(), stderr: z.string() })

function whyNot(error: unknown): string {
  const failure = execFailure.safeParse(error).data
  if (failure?.killed)
    return `The workflows were not bundled within ${TIMEOUT_MS / 60_000} minutes. Start again when this machine has less to do.`
  const reason = failure?.stderr.trim() || (error instanceof Error ? error.message : String(error))
  return `The workflows could not be bundled: ${reason.replace(/^\s+at .*\n?/gm, '')}`
}

/** Covers everything that goes into the bundle: our sources, how they are bundled, and the versions of their tools. */
function sourceHash(root: string): string {
  const hash = createHash('sha256')
  const manifest = createRequire(import.meta.url).resolve('@temporalio/workflow/package.json')
  const bundler = join(root, 'tools/bundle-workflows.ts')
  const ours = [...sources(join(root, 'domain')), ...sources(join(root, 'workflows'))]
  for (const file of [manifest, bundler, ...ours]) {
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

/** Every change of the sources leaves an old bundle behind. A running worker holds its own in memory. */
function forgetUnused(folder: string, now: number): void {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name)
    const usedAt = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? now
    if (now - usedAt > UNUSED_MS) rmSync(file, { force: true })
  }
}
