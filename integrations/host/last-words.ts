import type { ChildProcess } from 'node:child_process'

/** What a process said last on its error output, at most so many characters, or why it could not be started. */
export function lastWords(child: ChildProcess, most: number): () => string {
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-most)
  })
  child.once('error', (error) => {
    said = error.message
  })
  return () => said.trim()
}
