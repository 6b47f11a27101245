/** Identifies the running build of Slipway. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import type { Build } from '../db/installation.js'
import { STATE_VERSION } from '../domain/state-version.js'

/** The version comes from the nearest `package.json`: next to the sources, or above the compiled code. */
export function thisBuild(): Build {
  return { name: versionAbove(import.meta.dirname), stateVersion: STATE_VERSION }
}

function versionAbove(folder: string): string {
  const file = join(folder, 'package.json')
  if (existsSync(file))
    return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(file, 'utf8'))).version
  const above = dirname(folder)
  if (above === folder) throw new Error('There is no package.json above the running code')
  return versionAbove(above)
}

/** Distinguishes one workflow bundle from another. */
export function workflowsIn(bundle: string): string {
  return createHash('sha256').update(readFileSync(bundle)).digest('hex')
}
