/** Our own commands as an operator runs them. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

export interface Ran {
  readonly code: number
  /** Both outputs. */
  readonly says: string
}

/** Runs one of our sources with only these variables and the search path for programs. */
export function runCommand(
  file: string,
  variables: Readonly<Record<string, string>>,
  words: readonly string[] = [],
): Promise<Ran> {
  const env = { PATH: process.env['PATH'] ?? '', ...variables }
  return new Promise((resolve) => {
    execFile('node', ['tools/run.cjs', file, ...words], { cwd: root, env }, (error, output, errors) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1
      resolve({ code, says: output + errors })
    })
  })
}
