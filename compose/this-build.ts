/** What of Slipway runs here. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import type { Build } from '../db/installation.js'
import { STATE_VERSION } from '../domain/state-version.js'

/** The version is that of the nearest `package.json`: beside the sources, or above what was compiled of them. */
export function thisBuild(): Build {
  return { name: versionAbove(import.meta.dirname), stateVersion: STATE_VERSION }
}

function versionAbove(folder: string): string {
  const file = join(folder, 'package.json')
  if (existsSync(file))
    return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(file, 'utf8'))).version
  const above = dirname(folder)
  if (above === folder) throw new Error('There is no package.json above what runs')
  return versionAbove(above)
}

/** Tells one bundle of workflows from another. */
export function workflowsIn(bundle: string): string {
  return createHash('sha256').update(readFileSync(bundle)).digest('hex')
}
