import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type DemoStep, demoHistory } from './demo-history.js'
import { type GitAuthor, type GitFile, git, writeCommit } from './git-commits.js'

/** The demo's bare repository, which Slipway fetches from and pushes to. */
export interface DemoRepository {
  /** Its folder, which is also the URL for git. */
  readonly path: string
  readonly trunk: string
  /** The full id of a branch's newest commit; throws if there is no such branch. */
  head(branch?: string): Promise<string>
  /** The commit of a tag, null if there is no such tag. */
  tag(name: string): Promise<string | null>
  /** Adds a commit, to trunk unless a branch is named; a new branch starts at trunk. Returns its full id. */
  commit(change: DemoChange): Promise<string>
}

export interface DemoChange {
  /** Contents by path; `null` removes a file. All others are unchanged. */
  readonly files: Readonly<Record<string, string | null>>
  readonly message: string
  readonly author: GitAuthor
  readonly branch?: string
  /** Now if absent. */
  readonly at?: Date
}

const TRUNK = 'main'
const TEMPLATE = fileURLToPath(new URL('./demo-app', import.meta.url))

/**
 * Opens the demo's repository, and creates it with its history if necessary. The history is the same on every
 * machine, commit ids included. Throws if git is missing or fails.
 */
export async function openDemoRepository(path: string): Promise<DemoRepository> {
  // Created aside and moved, so that a killed start leaves no repository with half a history.
  if (!existsSync(path)) await createRepository(path)
  const head = (branch: string = TRUNK) => git(path, ['rev-parse', '--verify', `refs/heads/${branch}`])
  return {
    path,
    trunk: TRUNK,
    head,
    tag: (name) => git(path, ['rev-parse', '--verify', `refs/tags/${name}^{commit}`]).catch(() => null),
    async commit({ files, message, author, branch = TRUNK, at = new Date() }) {
      const parent = await head(branch).catch(() => head())
      const content = Object.entries(files).map(
        ([file, text]) => [file, text === null ? null : gitFile(file, text)] as const,
      )
      return writeCommit(path, { branch, parent, author, at, message, files: new Map(content) })
    },
  }
}

async function createRepository(path: string): Promise<void> {
  const draft = `${path}.new`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(dirname(path), { recursive: true })
  await git(draft, ['init', '--quiet', '--bare', `--initial-branch=${TRUNK}`, draft])
  let parent: string | null = null
  for (const { step, files } of historyOf(demoHistory, readTemplate())) {
    const { author, message } = step
    parent = await writeCommit(draft, {
      branch: TRUNK,
      parent,
      author,
      message,
      at: new Date(step.at),
      files,
    })
  }
  renameSync(draft, path)
}

interface WrittenStep {
  readonly step: DemoStep
  readonly files: ReadonlyMap<string, GitFile>
}

/** Walks back from today's files: removes what a step added and reverts what it edited. */
function historyOf(steps: readonly DemoStep[], today: ReadonlyMap<string, string>): readonly WrittenStep[] {
  const tree = new Map(today)
  const written = steps.toReversed().map((step) => {
    const added = [...tree.keys()].filter((path) =>
      step.adds.some((add) => path === add || isUnder(path, add)),
    )
    const touched = new Set([...added, ...step.edits.map(({ path }) => path)])
    const files = new Map([...touched].map((path) => [path, gitFile(path, tree.get(path) ?? '')]))
    for (const { path, before, after } of step.edits)
      tree.set(path, replaceOnce(tree.get(path), after, before))
    for (const path of added) tree.delete(path)
    return { step, files }
  })
  if (tree.size > 0) throw new Error(`No step of the demo's history adds ${[...tree.keys()].join(', ')}.`)
  return written.toReversed()
}

const isUnder = (path: string, folder: string): boolean => folder.endsWith('/') && path.startsWith(folder)

function replaceOnce(content: string | undefined, from: string, to: string): string {
  const parts = content?.split(from)
  if (parts?.length !== 2) throw new Error(`The demo's files do not say exactly once: ${from}`)
  return parts.join(to)
}

const gitFile = (path: string, content: string): GitFile => ({ content, executable: path.endsWith('.sh') })

function readTemplate(): ReadonlyMap<string, string> {
  const entries = readdirSync(TEMPLATE, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return new Map(
    files.map((file) => [relative(TEMPLATE, file).split(sep).join('/'), readFileSync(file, 'utf8')]),
  )
}
