import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { LeftOut } from '../../domain/checkout.js'
import { orNullIfMissing } from '../host/system-error.js'

const FILE = 'left-out.json'
const known: readonly LeftOut[] = ['lfs', 'submodules', 'nested-submodules']

/** Records beside a checkout what it leaves out. */
export async function writeLeftOut(folder: string, leftOut: readonly LeftOut[]): Promise<void> {
  await writeFile(path.join(folder, FILE), JSON.stringify(leftOut), { mode: 0o600 })
}

/** What {@link writeLeftOut} recorded in the folder. */
export async function readLeftOut(folder: string): Promise<readonly LeftOut[]> {
  const noted: unknown = JSON.parse(
    (await orNullIfMissing(readFile(path.join(folder, FILE), 'utf8'))) ?? '[]',
  )
  return known.filter((one) => Array.isArray(noted) && noted.includes(one))
}
