/** Our own commands as an operator runs them. */
import { execFile } from 'node:child_process'
import { dirname, join } from 'node:path'
import { COMPILED_MAIN } from './compiled-main.js'

const root = join(import.meta.dirname, '../..')

export interface Ran {
  readonly code: number
  /** Both outputs. */
  readonly says: string
}

/** Runs one of our programs, compiled as in the container where the tests compiled it, with only these variables and the search path for programs. */
export function runCommand(
  file: string,
  variables: Readonly<Record<string, string>>,
  words: readonly string[] = [],
): Promise<Ran> {
  const env = { PATH: process.env['PATH'] ?? '', ...variables }
  return new Promise((resolve) => {
    execFile('node', [...programOf(file), ...words], { cwd: root, env }, (error, output, errors) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1
      resolve({ code, says: output + errors })
    })
  })
}

/** From its source, a program takes seconds of CPU time for the compiler. */
function programOf(file: string): readonly string[] {
  const main = process.env[COMPILED_MAIN]
  if (main === undefined) return ['tools/run.cjs', file]
  return [join(dirname(main), file.replace(/\.ts$/, '.js'))]
}
