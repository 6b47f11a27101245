import type { SendNeeds } from '../../bot/publisher/github/send-report.js'
import { ForgeFault } from '../../domain/forge/fault.js'
import type { Forge } from '../../domain/forge/reports.js'
import { commitOf } from './pipeline-rows.js'

/** A forge's answer, or null for no answer at all. */
export const faulty = (status: number | null, retryAfterS: number | null = null): ForgeFault =>
  new ForgeFault({ status, message: 'No', retryAfterS, remaining: null, resetsAtMs: null })

export interface FakeForge {
  readonly forge: Forge
  readonly range: SendNeeds['range']
  /** The reports it received, in order. */
  readonly told: string[]
  /** Replaced by a test: throws the failure that the forge should have. */
  trouble: (what: string) => Promise<void>
}

/** Records the reports it receives. */
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
    pullsOf: async (_url, commit) =>
      commit === commitOf('origin') ? [8] : commit === commitOf('picked') ? [] : [7],
    comment: async (_url, { pull, body }) => {
      await fake.trouble('comment')
      told.push(`comment ${pull} ${body.split('\n')[1]}`)
    },
    checksOf: async () => [],
  }
  /** Recorded like reports, so that the order is visible. */
  const range: FakeForge['range'] = async (from, to) => {
    told.push(`range ${from?.slice(0, 4) ?? 'nothing'} ${to.slice(0, 4)}`)
    const commit = { author: 'Ada', email: 'ada@example.com', at: '2026-11-21T09:00:00.000Z', pull: null }
    return {
      commits: [
        { ...commit, sha: to, subject: 'Sell umbrellas (#7)', original: null },
        { ...commit, sha: commitOf('picked'), subject: 'Pick', original: commitOf('origin') },
      ],
      ...{ total: 2, read: 2, authors: 1, people: ['Ada'], pulls: [] },
    }
  }
  const fake: FakeForge = { forge, range, told, trouble: () => Promise.resolve() }
  return fake
}
