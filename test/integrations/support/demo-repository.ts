import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { CommitSha } from '../../../domain/identifiers.js'
import { parseAppName, parseCommitSha } from '../../../domain/identifiers.js'
import type { Git, RepositoryRef } from '../../../domain/ports.js'
import { createGit, type GitOptions } from '../../../integrations/git/create-git.js'
import { temporaryFolder } from './temporary-folder.js'

/** A bare remote and a clone that commits and pushes to it, as developers would. */
export interface DemoRepository {
  readonly folder: string
  readonly remote: string
  readonly ref: RepositoryRef
  readonly git: Git
  /** Another process's git, which sees these variables and has mirrors of its own. */
  gitWith(variables: Readonly<Record<string, string>>, settings?: Partial<GitOptions>): Git
  /** Runs git in the clone. */
  run(...args: string[]): string
  /** Runs git in the clone as a committer with that address. */
  runAs(committer: string, ...args: string[]): string
  /** Writes files, commits them as `author` and returns the commit; nothing is pushed. */
  commit(subject: string, files: Readonly<Record<string, string>>, author?: string): CommitSha
  /** Pushes everything, forcing. */
  push(): void
}

export function sha(text: string): CommitSha {
  const parsed = parseCommitSha(text.trim())
  if (parsed === null) throw new Error(`No commit: ${text}`)
  return parsed
}

const identity = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
}

export async function createDemoRepository(): Promise<DemoRepository> {
  const folder = await temporaryFolder()
  const remote = path.join(folder, 'remote.git')
  const clone = path.join(folder, 'clone')
  let tick = 0
  const run = (...args: string[]): string => runAs('ann@example.test', ...args)
  function runAs(committer: string, ...args: string[]): string {
    tick += 1
    const env = {
      ...identity,
      GIT_AUTHOR_NAME: 'Ann',
      GIT_AUTHOR_EMAIL: 'ann@example.test',
      GIT_COMMITTER_NAME: 'Ann',
      GIT_COMMITTER_EMAIL: committer,
      GIT_AUTHOR_DATE: `@${1_760_000_000 + tick} +0200`,
      GIT_COMMITTER_DATE: `@${1_760_000_000 + tick} +0200`,
    }
    return execFileSync('git', args, { cwd: clone, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  }
  mkdirSync(clone)
  run('init', '--quiet', '--bare', '--initial-branch=main', remote)
  run('init', '--quiet', '--initial-branch=main')
  run('remote', 'add', 'origin', remote)
  const app = parseAppName('shop')
  if (app === null) throw new Error('shop is a name')
  const settings = { committer: { name: 'Slipway', email: 'slipway@example.test' }, timeoutMs: 20_000 }
  return {
    folder,
    remote,
    ref: { app, url: remote, trunk: 'main' },
    git: createGit({
      ...settings,
      folder: path.join(folder, 'mirrors'),
      environment: { PATH: identity.PATH, HOME: folder },
    }),
    gitWith: (variables, more = {}) =>
      createGit({
        ...settings,
        folder: path.join(folder, 'other-mirrors'),
        environment: { PATH: identity.PATH, HOME: folder, ...variables },
        ...more,
      }),
    run,
    runAs,
    commit: (subject, files, author = 'Ann') => {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(path.dirname(path.join(clone, name)), { recursive: true })
        writeFileSync(path.join(clone, name), text)
      }
      run('add', '--all')
      run('commit', '--quiet', `--author=${author} <${author.toLowerCase()}@example.test>`, '-m', subject)
      return sha(run('rev-parse', 'HEAD'))
    },
    push: () => {
      run('push', '--quiet', '--force', '--all', 'origin')
      run('push', '--quiet', '--force', '--tags', 'origin')
    },
  }
}
