import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { CommitSha } from '../../domain/identifiers.js'
import type { TagOutcome, TagToMake } from '../../domain/ports.js'
import type { RunGit } from './git-command.js'
import { GitRefusedError, reasonOfRefusal } from './git-error.js'
import type { Mirror } from './mirror.js'
import { readSha, requireRefText } from './ref-text.js'
import { type Scratch, withScratch } from './scratch.js'

/** The commit of the remote's tag, an annotated one dereferenced. */
async function remoteTag(mirror: Mirror, tag: string): Promise<CommitSha | null> {
  const ref = `refs/tags/${tag}`
  const args = ['ls-remote', '--quiet', '--end-of-options', mirror.address, ref, `${ref}^{}`]
  const listed = await mirror.run({ remote: mirror.address, args, untilSilent: true })
  const lines = listed.stdout.split('\n').map((line) => line.split('\t'))
  const named = (name: string) => lines.find(([, found]) => found === name)?.[0]
  const object = named(`${ref}^{}`) ?? named(ref)
  return object === undefined ? null : readSha(object)
}

/** The same request creates the same tag object, so that a tag whose push was not answered is recognized. */
async function makeTag(scratch: Scratch, { name, commit, message, at }: TagToMake): Promise<void> {
  const file = path.join(scratch.folder, 'message')
  await writeFile(file, message)
  const seconds = Math.floor(Date.parse(at) / 1_000)
  await scratch.run({
    args: ['tag', '--annotate', '--cleanup=whitespace', `--file=${file}`, '--end-of-options', name, commit],
    variables: { GIT_COMMITTER_DATE: `@${seconds} +0000` },
  })
}

/**
 * Creates an annotated tag on the remote. Of two concurrent pushes of one tag the remote accepts one: git does not move a tag
 * without force. So the remote is only asked for its tag after it refused.
 */
export async function pushTag(run: RunGit, mirror: Mirror, order: TagToMake): Promise<TagOutcome> {
  const { name, commit } = order
  requireRefText(name)
  await mirror.requireCommit(commit)
  return withScratch(run, mirror, async (scratch) => {
    await makeTag(scratch, order)
    const ref = `refs/tags/${name}`
    const args = ['push', '--quiet', '--no-verify', '--end-of-options', mirror.address, `${ref}:${ref}`]
    try {
      await scratch.run({ remote: mirror.address, args })
      return { kind: 'tagged' }
    } catch (error) {
      // It already exists, somebody was faster, or our push arrived and its answer did not.
      const after = await remoteTag(mirror, name).catch(() => null)
      if (after !== null) return after === commit ? { kind: 'tagged' } : { kind: 'taken', by: after }
      if (error instanceof GitRefusedError) return { kind: 'refused', reason: reasonOfRefusal(error.message) }
      throw error
    }
  })
}
