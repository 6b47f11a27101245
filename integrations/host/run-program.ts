/** System programs. */
import { startProgram } from './start-program.js'

const MOST_SAID = 2_000

/**
 * Runs one to its end, without variables, because this process's may contain secrets: such programs do not need
 * them. Rejects if it fails, with what it said last.
 */
export async function runProgram(
  program: string,
  words: readonly string[],
  { cwd }: { readonly cwd?: string } = {},
): Promise<void> {
  let said = ''
  const { ended } = startProgram({ program, args: words, env: {}, cwd }, (from, chunk) => {
    if (from === 'stderr') said = (said + chunk.toString('utf8')).slice(-MOST_SAID)
  })
  const code = await ended
  if (code !== 0) throw new Error(`${program} failed (${code ?? 'a signal'}): ${said.trim()}`)
}
