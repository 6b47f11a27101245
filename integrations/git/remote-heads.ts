import { type CommitSha, parseCommitSha } from '../../domain/identifiers.js'
import type { RunGit } from './git-command.js'
import { remoteAddress } from './ref-text.js'

const BRANCH = 'refs/heads/'

/** The head of every branch of a remote. Only asks the remote, so it needs neither a mirror nor a fetch. */
export async function remoteHeads(run: RunGit, url: string): Promise<ReadonlyMap<string, CommitSha>> {
  const remote = remoteAddress(url)
  const args = ['ls-remote', '--heads', '--end-of-options', remote]
  const { stdout } = await run({ gitDir: '/nonexistent', remote, args, untilSilent: true })
  const heads = new Map<string, CommitSha>()
  for (const line of stdout.split('\n')) {
    const [sha = '', ref = ''] = line.split('\t')
    const commit = parseCommitSha(sha)
    if (commit !== null && ref.startsWith(BRANCH)) heads.set(ref.slice(BRANCH.length), commit)
  }
  return heads
}
