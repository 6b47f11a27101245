import { ForgeFault } from '../../domain/forge/fault.js'
import type { Forge } from '../../domain/forge/reports.js'
import { commitOf } from './pipeline-rows.js'

/** What a forge answers, or null for no answer at all. */
export const faulty = (status: number | null, retryAfterS: number | null = null): ForgeFault =>
  new ForgeFault({ status, message: 'No', retryAfterS, remaining: null, resetsAtMs: null })

export interface FakeForge {
  readonly forge: Forge
  /** What it was told, in that order. */
  readonly told: string[]
  /** Replaced by a test: throws what the forge is to fail with. */
  trouble: (what: string) => Promise<void>
}

/** Remembers what it was told. */
export function fakeForge(): FakeForge {
  const told: string[] = []
  const forge: Forge = {
    has: () => true,
    setStatus: async (_url, { commit, context, state, url }) => {
      await fake.trouble(context)
      told.push(`status ${commit.slice(0, 4)} ${context} ${state}${url === null ? '' : ` ${url}`}`)
    },
    showDeployment: async (_url, { id, state, remoteId, url }) => {
      await fake.trouble('deployment')
      told.push(`deployment ${Number(id.slice(4))} ${state} ${remoteId ?? 'new'} ${url ?? ''}`.trim())
      return `gh-${Number(id.slice(4))}`
    },
    publishRelease: async (_url, { tag, name, body }) => {
      told.push(`release ${tag} ${name} ${body}`)
    },
    compare: async (_url, from, to) => {
      told.push(`compare ${from?.slice(0, 4) ?? 'nothing'} ${to.slice(0, 4)}`)
      const picked = `Pick\n\n(cherry picked from commit ${commitOf('origin')})`
      return [
        { sha: to, subject: 'Sell umbrellas (#7)', message: 'Sell umbrellas (#7)' },
        { sha: commitOf('picked'), subject: 'Pick', message: picked },
      ]
    },
    pullsOf: async (_url, commit) =>
      commit === commitOf('origin') ? [8] : commit === commitOf('picked') ? [] : [7],
    comment: async (_url, { pull, body }) => {
      await fake.trouble('comment')
      told.push(`comment ${pull} ${body.split('\n')[1]}`)
    },
    checksOf: async () => [],
  }
  const fake: FakeForge = { forge, told, trouble: () => Promise.resolve() }
  return fake
}
