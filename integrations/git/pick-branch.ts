import type { BranchChoice } from '../../domain/ports.js'
import type { Mirror } from './mirror.js'
import { requireRefText } from './ref-text.js'

/** See `Git.pickBranch`. A remote cannot have both a branch `name` and a branch `name/…`. */
export async function freeBranch(mirror: Mirror, wanted: string): Promise<BranchChoice> {
  requireRefText(wanted)
  await mirror.fetch()
  const blocking = await blockerOf(mirror, wanted)
  if (blocking === null) return { kind: 'free', branch: wanted }
  const flat = wanted.replaceAll('/', '-')
  return (await blockerOf(mirror, flat)) === null
    ? { kind: 'free', branch: flat }
    : { kind: 'blocked', by: blocking }
}

const BRANCHES = 'refs/remotes/origin/'

async function blockerOf(mirror: Mirror, branch: string): Promise<string | null> {
  const parts = branch.split('/')
  const above = parts.slice(1).map((_, index) => `${BRANCHES}${parts.slice(0, index + 1).join('/')}`)
  for (const ref of above) {
    const args = ['show-ref', '--verify', '--quiet', '--', ref]
    if ((await mirror.run({ args, answers: [1, 128] })).code === 0) return ref.slice(BRANCHES.length)
  }
  const args = ['for-each-ref', '--count=1', '--format=%(refname)', `${BRANCHES}${branch}/`]
  const [below = ''] = (await mirror.run({ args })).stdout.split('\n')
  return below === '' ? null : below.slice(BRANCHES.length)
}
