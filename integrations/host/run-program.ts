/** Programs of the system. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/**
 * Runs one to its end, without variables, in which the secrets of this process may stand: such programs are found without
 * them. Rejects when it fails.
 */
export const runProgram = (
  program: string,
  words: readonly string[],
  where: { readonly cwd?: string } = {},
): Promise<unknown> => promisify(execFile)(program, words, { ...where, env: {} })
