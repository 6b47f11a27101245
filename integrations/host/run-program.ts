/** System programs. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/**
 * Runs one to its end, without variables, because this process's may contain secrets: such programs do not need
 * them. Rejects if it fails.
 */
export const runProgram = (
  program: string,
  words: readonly string[],
  where: { readonly cwd?: string } = {},
): Promise<unknown> => promisify(execFile)(program, words, { ...where, env: {} })
