import { type CommitSha, parseVersion } from '../../domain/identifiers.js'
import type { TaggedVersion } from '../../domain/ports.js'
import type { Mirror } from './mirror.js'
import { readSha } from './ref-text.js'

const TAGS = 'refs/tags/'

/** See `Git.tagged`. Ignores tags that name no commit or no version. */
export async function taggedVersions(mirror: Mirror, pattern: string): Promise<readonly TaggedVersion[]> {
  const [before = '', after = ''] = pattern.split('{version}')
  // An annotated tag gives the commit it leads to, any other what it names.
  const format = '--format=%(refname)%00%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)'
  // Literal: the pattern comes from a file, and the part before the version may contain anything a ref may.
  const listed = await mirror.run({ args: ['for-each-ref', format, TAGS] })
  return listed.stdout.split('\n').flatMap((line) => {
    const [ref = '', type, object = '', innerType, inner = ''] = line.split('\0')
    const tag = ref.slice(TAGS.length)
    const named = versionOf(tag, before, after)
    const commit = innerType === 'commit' ? inner : type === 'commit' ? object : null
    return named === null || commit === null ? [] : [{ tag, ...named, commit: readSha(commit) }]
  })
}

/** See `Git.tagBefore`. Ignores candidates and tags that do not match the pattern. */
export async function tagBefore(
  mirror: Mirror,
  pattern: string,
  commit: CommitSha,
): Promise<{ readonly tag: string; readonly commit: CommitSha } | null> {
  await mirror.requireCommit(commit)
  const known = new Map((await taggedVersions(mirror, pattern)).map((one) => [one.tag, one]))
  const args = ['for-each-ref', '--format=%(refname)', '--sort=-creatordate', `--merged=${commit}`, TAGS]
  for (const line of (await mirror.run({ args })).stdout.split('\n')) {
    const found = known.get(line.slice(TAGS.length))
    if (found?.candidate === null) return { tag: found.tag, commit: found.commit }
  }
  return null
}

function versionOf(
  tag: string,
  before: string,
  after: string,
): Pick<TaggedVersion, 'version' | 'candidate'> | null {
  if (!tag.startsWith(before)) return null
  const [, text = '', rest = ''] = /^(\d+\.\d+\.\d+)(.*)$/.exec(tag.slice(before.length)) ?? []
  const version = parseVersion(text)
  if (version === null || !rest.startsWith(after)) return null
  const suffix = rest.slice(after.length)
  const candidate = /^-rc\.(\d{1,6})$/.exec(suffix)?.[1]
  if (suffix === '') return { version, candidate: null }
  return candidate === undefined ? null : { version, candidate: Number(candidate) }
}
