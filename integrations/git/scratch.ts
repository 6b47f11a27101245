import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { GitAnswer, GitCall, RunGit } from './git-command.js'
import { withFileFaults } from './git-error.js'
import type { Mirror } from './mirror.js'
import { withWorkFolder } from './work-folder.js'

/** A separate repository that shares the mirror's objects: what a crash leaves of it disturbs nobody. */
export interface Scratch {
  /** The folder of its files and of files for git to read. */
  readonly folder: string
  run(call: Pick<GitCall, 'args' | 'answers' | 'variables' | 'remote'>): Promise<GitAnswer>
}

async function open(run: RunGit, mirror: Mirror, folder: string): Promise<Scratch> {
  const gitDir = path.join(folder, '.git')
  await run({ gitDir, args: ['init', '--quiet', '--template=', folder] })
  await mkdir(path.join(gitDir, 'info'), { recursive: true })
  // No conversion: a file whose line endings do not match `.gitattributes` would count as changed.
  await writeFile(path.join(gitDir, 'info/attributes'), '* -text -filter -ident -working-tree-encoding\n')
  await mkdir(path.join(gitDir, 'objects/info'), { recursive: true })
  await writeFile(path.join(gitDir, 'objects/info/alternates'), `${path.join(mirror.gitDir, 'objects')}\n`)
  return { folder, run: (call) => run({ ...call, gitDir, workTree: folder }) }
}

/** Calls `use` with a new {@link Scratch} and always removes it. */
export function withScratch<Value>(
  run: RunGit,
  mirror: Mirror,
  use: (scratch: Scratch) => Promise<Value>,
): Promise<Value> {
  const parent = path.join(path.dirname(mirror.gitDir), 'picks')
  return withFileFaults(() => withWorkFolder(parent, async (folder) => use(await open(run, mirror, folder))))
}
