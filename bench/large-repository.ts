import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The size of the generated history. */
export interface HistorySize {
  readonly files: number
  readonly commits: number
  readonly tags: number
}

const FILES_IN_FOLDER = 100
const FOLDERS_IN_AREA = 10

function nameOf(file: number): string {
  const folder = Math.floor(file / FILES_IN_FOLDER)
  const area = Math.floor(folder / FOLDERS_IN_AREA)
  return `area-${area}/part-${folder % FOLDERS_IN_AREA}/file-${file % FILES_IN_FOLDER}.ts`
}

/** Two hundred to two thousand characters, similar but not identical, like source files. */
function textOf(file: number): string {
  const lines = Array.from(
    { length: 5 + (file % 40) },
    (_, line) => `export const value${line} = ${file * 7 + line}\n`,
  )
  return lines.join('')
}

const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`
const added = (file: number): string => `M 100644 inline ${nameOf(file)}\n${data(textOf(file))}`

/** The whole history as input of `git fast-import`; the first commit has all files that no later one adds. */
function* history({ files, commits, tags }: HistorySize): Generator<string> {
  const atFirst = files - (commits - 1)
  for (let commit = 0; commit < commits; commit += 1) {
    const who = `Dev ${commit % 40} <dev${commit % 40}@example.com> ${1_700_000_000 + commit * 60} +0000`
    yield `commit refs/heads/main\nmark :${commit + 1}\nauthor ${who}\ncommitter ${who}\n${data(`Change ${commit} (#${commit})`)}`
    if (commit > 0) yield added(atFirst + commit - 1)
    else for (let file = 0; file < atFirst; file += 1) yield added(file)
  }
  const every = Math.max(1, Math.floor(commits / tags))
  for (let tag = 0; tag < tags; tag += 1)
    yield `reset refs/tags/build-${tag}\nfrom :${Math.min(commits, tag * every + 1)}\n\n`
  yield 'done\n'
}

/** Creates a bare repository of that size with the branch `main` in seconds. `files` must be more than `commits`. */
export async function makeLargeRepository(folder: string, size: HistorySize): Promise<string> {
  const repository = join(folder, 'origin.git')
  await mkdir(folder, { recursive: true })
  await run('git', ['init', '--quiet', '--bare', '--initial-branch=main', repository])
  const child = spawn('git', ['-C', repository, 'fast-import', '--quiet', '--done', '--depth=1'], {
    stdio: ['pipe', 'inherit', 'inherit'],
  })
  const ended = once(child, 'exit')
  for (const piece of history(size)) if (!child.stdin.write(piece)) await once(child.stdin, 'drain')
  child.stdin.end()
  const [code]: unknown[] = await ended
  if (code !== 0) throw new Error(`git fast-import ended with ${String(code)}`)
  await run('git', ['-C', repository, 'pack-refs', '--all'])
  return repository
}
