import type { CommitSha } from '../../domain/identifiers.js'
import type { TagOutcome } from '../../domain/ports.js'
import type { Mirror } from './mirror.js'
import { readSha } from './read-commits.js'
import { requireRefText } from './ref-text.js'

/** What the remote's tag points at now, an annotated one followed to its commit. */
async function remoteTag(mirror: Mirror, tag: string): Promise<CommitSha | null> {
  const ref = `refs/tags/${tag}`
  const args = ['ls-remote', '--quiet', '--end-of-options', mirror.address, ref, `${ref}^{}`]
  const listed = await mirror.run({ remote: mirror.address, args })
  const lines = listed.stdout.split('\n').map((line) => line.split('\t'))
  const named = (name: string) => lines.find(([, found]) => found === name)?.[0]
  const object = named(`${ref}^{}`) ?? named(ref)
  return object === undefined ? null : readSha(object)
}

function judge(present: CommitSha, wanted: CommitSha): TagOutcome {
  return present === wanted ? { kind: 'tagged' } : { kind: 'taken', by: present }
}

/**
 * Makes a lightweight tag on the remote. Of two who race for one tag the remote lets one win: git moves no tag that is not
 * forced to. So the remote is asked what is there only after it refused.
 */
export async function pushTag(mirror: Mirror, tag: string, commit: CommitSha): Promise<TagOutcome> {
  requireRefText(tag)
  await mirror.requireCommit(commit)
  const args = [
    'push',
    '--quiet',
    '--no-verify',
    '--end-of-options',
    mirror.address,
    `${commit}:refs/tags/${tag}`,
  ]
  try {
    await mirror.run({ remote: mirror.address, args })
    return { kind: 'tagged' }
  } catch (error) {
    // It is there already, someone was faster, or our push arrived and its answer did not.
    const after = await remoteTag(mirror, tag)
    if (after === null) throw error
    return judge(after, commit)
  }
}
