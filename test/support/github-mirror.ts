/** The demo's history on the GitHub emulator: its commits are real git objects, so ids are the same in both. */
import { execFileSync } from 'node:child_process'
import { z } from 'zod'
import { git, writeCommit } from '../../local/git-commits.js'
import type { GithubEmulator } from './github-emulator.js'

const REPOSITORY = '/repos/octocat/shop'
const object = z.looseObject({ sha: z.string() })
const branch = z.looseObject({ object })
const person = z.object({ name: z.string(), email: z.string(), date: z.string() })
const commitObject = z.looseObject({ sha: z.string(), message: z.string(), author: person })
const pull = z.looseObject({ number: z.number() })

export interface GithubMirror {
  /** Copies the current trunk. */
  push(): Promise<void>
  /** A pull request that changes one file, merged into trunk here and there. */
  mergePull(change: {
    readonly title: string
    readonly path: string
    readonly content: string
  }): Promise<{ readonly number: number; readonly commit: string }>
}

export function mirrorOnGithub(github: GithubEmulator, path: string): GithubMirror {
  const known = new Set<string>()
  const lines = async (...args: readonly string[]): Promise<readonly string[]> =>
    (await git(path, args)).split('\n').filter((line) => line !== '')
  const make = async (kind: 'blobs' | 'trees' | 'commits', sha: string, body: object): Promise<void> => {
    const made = object.parse(await github.ask('POST', `${REPOSITORY}/git/${kind}`, body))
    if (made.sha !== sha) throw new Error(`${kind} ${sha} became ${made.sha}`)
    known.add(sha)
  }
  const blob = async (sha: string): Promise<void> => {
    if (known.has(sha)) return
    const content = execFileSync('git', ['--git-dir', path, 'cat-file', 'blob', sha]).toString('base64')
    await make('blobs', sha, { content, encoding: 'base64' })
  }
  const tree = async (sha: string): Promise<void> => {
    if (known.has(sha)) return
    const entries = (await lines('ls-tree', sha)).map((line) => {
      const [info = '', name = ''] = line.split('\t')
      const [mode = '', type = '', of = ''] = info.split(' ')
      return { path: name, mode, type, sha: of }
    })
    for (const entry of entries) await (entry.type === 'tree' ? tree : blob)(entry.sha)
    await make('trees', sha, { tree: entries })
  }
  const commit = async (sha: string): Promise<void> => {
    if (known.has(sha)) return
    const [of = '', parents = '', name, email, date] = await lines(
      ...['show', '--no-patch', '--format=%T%n%P %n%an%n%ae%n%aI', sha],
    )
    await tree(of)
    const author = { name, email, date }
    const message = await git(path, ['show', '--no-patch', '--format=%B', sha])
    const body = { message, tree: of, parents: parents.split(' ').filter(Boolean), author, committer: author }
    await make('commits', sha, body)
  }
  const push = async (): Promise<void> => {
    for (const sha of await lines('rev-list', '--reverse', 'main')) await commit(sha)
    const sha = await git(path, ['rev-parse', 'main'])
    await github.ask('PATCH', `${REPOSITORY}/git/refs/heads/main`, { sha, force: true })
  }
  return {
    push,
    mergePull: async ({ title, path: file, content }) => {
      await push()
      const base = branch.parse(await github.ask('GET', `${REPOSITORY}/git/ref/heads/main`)).object.sha
      const name = `change-${known.size}`
      await github.ask('POST', `${REPOSITORY}/git/refs`, { ref: `refs/heads/${name}`, sha: base })
      const body = { message: title, content: Buffer.from(content).toString('base64'), branch: name }
      await github.ask('PUT', `${REPOSITORY}/contents/${file}`, body)
      const { number } = pull.parse(
        await github.ask('POST', `${REPOSITORY}/pulls`, { title, head: name, base: 'main' }),
      )
      const merge = { merge_method: 'squash', commit_title: `${title} (#${number})` }
      const { sha } = object.parse(await github.ask('PUT', `${REPOSITORY}/pulls/${number}/merge`, merge))
      const merged = commitObject.parse(await github.ask('GET', `${REPOSITORY}/git/commits/${sha}`))
      const here = await writeCommit(path, {
        branch: 'main',
        parent: base,
        author: merged.author,
        at: new Date(merged.author.date),
        message: merged.message,
        files: new Map([[file, { content, executable: false }]]),
      })
      if (here !== sha) throw new Error(`The merge ${sha} became ${here}`)
      known.add(sha)
      return { number, commit: sha }
    },
  }
}

const treeObject = z.looseObject({
  tree: z.array(z.looseObject({ path: z.string(), mode: z.string(), type: z.string(), sha: z.string() })),
})
const blobObject = z.looseObject({ content: z.string() })
const wholeCommit = z.looseObject({
  message: z.string(),
  tree: object,
  parents: z.array(object),
  author: person,
  committer: person,
})

/** Copies a commit of the emulator, with every object that git lacks, and sets a ref to it. The ids must be the same. */
export async function copyFromGithub(
  github: GithubEmulator,
  path: string,
  { ref, sha }: { readonly ref: string; readonly sha: string },
): Promise<void> {
  const has = (id: string): Promise<boolean> =>
    git(path, ['cat-file', '-e', id]).then(
      () => true,
      () => false,
    )
  const get = (what: string): Promise<unknown> => github.ask('GET', `${REPOSITORY}/git/${what}`)
  const write = async (type: string, id: string, content: Buffer): Promise<void> => {
    const made = execFileSync('git', ['--git-dir', path, 'hash-object', '-t', type, '-w', '--stdin'], {
      input: content,
    })
    if (made.toString().trim() !== id) throw new Error(`${type} ${id} became ${made.toString()}`)
  }
  const tree = async (id: string): Promise<void> => {
    if (await has(id)) return
    const { tree: entries } = treeObject.parse(await get(`trees/${id}`))
    for (const entry of entries) {
      if (entry.type === 'tree') await tree(entry.sha)
      else if (!(await has(entry.sha))) {
        const { content } = blobObject.parse(await get(`blobs/${entry.sha}`))
        await write('blob', entry.sha, Buffer.from(content, 'base64'))
      }
    }
    const lines = entries.map(({ mode, type, sha: of, path: name }) => `${mode} ${type} ${of}\t${name}`)
    const made = await git(path, ['mktree'], `${lines.join('\n')}\n`)
    if (made !== id) throw new Error(`tree ${id} became ${made}`)
  }
  const commit = async (id: string): Promise<void> => {
    if (await has(id)) return
    const found = wholeCommit.parse(await get(`commits/${id}`))
    for (const parent of found.parents) await commit(parent.sha)
    await tree(found.tree.sha)
    const by = ({ name, email, date }: z.infer<typeof person>): string =>
      `${name} <${email}> ${Math.floor(Date.parse(date) / 1_000)} +0000`
    const head = [
      `tree ${found.tree.sha}`,
      ...found.parents.map((parent) => `parent ${parent.sha}`),
      `author ${by(found.author)}`,
      `committer ${by(found.committer)}`,
    ]
    const text = (message: string): Buffer => Buffer.from(`${head.join('\n')}\n\n${message}`)
    // The API omits the trailing newline that a message may have.
    await write('commit', id, text(found.message)).catch(() =>
      write('commit', id, text(`${found.message}\n`)),
    )
  }
  await commit(sha)
  await git(path, ['update-ref', ref, sha])
}
