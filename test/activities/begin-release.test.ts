import { expect, test } from 'vitest'
import type { Change } from '../../domain/change.js'
import { type CommitSha, parseVersion } from '../../domain/identifiers.js'
import { type BeginNeeds, beginRelease } from '../../workflows/activities/begin-release.js'
import type { FixToFind, FoundFix } from '../../workflows/activities/pick-types.js'
import type { CutOrder } from '../../workflows/messages.js'
import { anApp } from '../support/app-definition.js'
import { commitSummary } from '../support/commit-counts.js'
import { ALICE, by, commitOf, deploymentId, minute, releaseId, sure } from '../support/lane.js'

const app = anApp()
const version = sure(parseVersion('2026.11.1'))
const workflow = `release/${app.name}/${releaseId(1)}`
const cut = {
  ...{ id: releaseId(1), app, channel: app.channel, title: 'Summer sale', description: '', type: 'feature' },
  ...{ ref: null, version: null, override: null, by: by(ALICE, minute(1)), draft: null },
  firstDeployment: deploymentId(1),
}

/** A branch whose head moves with every look, and what was written. */
function world({
  sent = true,
  fix = { kind: 'found', title: 'Mend totals (#4812)' },
  asked = cut,
}: {
  readonly sent?: boolean
  readonly fix?: FoundFix
  readonly asked?: CutOrder
} = {}) {
  const sought: FixToFind[] = []
  const changes: Change[] = []
  let head = 0
  const needs: BeginNeeds = {
    ledger: {
      readState: async () => changes.at(-1)?.workflow?.state ?? null,
      checkSent: async () => sent,
      createRelease: async (_, first) => {
        if (changes.length === 0) changes.push(first(version))
        return { kind: 'created', version }
      },
      createDraft: async (_, first) => void changes.push(first),
    },
    resolveCut: async () => ({
      kind: 'resolved',
      commit: { sha: commitOf(++head), subject: '', author: '', email: '', at: '' },
      commits: commitSummary(1),
      ...{ authors: [], overrode: [], bump: null, tagged: { highest: null, skip: [] } },
    }),
    findFix: async (order) => {
      sought.push(order)
      return fix
    },
    now: () => new Date(minute(2)),
  }
  return { changes, sought, begin: () => beginRelease(needs, { workflow, key: 'cut-1', cut: asked }) }
}

const commitIn = (begun: unknown): CommitSha | undefined =>
  (begun as { readonly state: { readonly candidates: readonly { readonly commit: CommitSha }[] } }).state
    .candidates[0]?.commit

test('[S5.1] a cut whose answer was lost has the same commit in its second try, wherever the branch is by then', async () => {
  const { changes, begin } = world()
  const first = await begin()
  const second = await begin()

  expect(first.kind).toBe('begun')
  expect(commitIn(first)).toBe(commitOf(1))
  expect(second).toEqual(first)
  expect(changes.map(({ key }) => key)).toEqual([`${workflow}/1/1`])
  expect(sure(changes[0]).release?.lifecycle).toBe('open')
})

test('[S5.1] of two tries at once, one of them given up as lost, both have the commit that was written', async () => {
  const { changes, begin } = world()
  const both = await Promise.all([begin(), begin()])

  expect(changes).toHaveLength(1)
  expect(both.map(commitIn)).toEqual([commitOf(1), commitOf(1)])
})

test('[T.3] what Slipway did not send cuts nothing', async () => {
  const { changes, begin } = world({ sent: false })
  expect(await begin()).toEqual({ kind: 'refused', refusal: { code: 'forged-order', verb: 'cut' } })
  expect(changes).toEqual([])
})

const hotfix: CutOrder = { ...cut, title: '', type: 'hotfix', firstDeployment: null, picks: ['#4812'] }

test('a hotfix is called after its fix unless it has a title, and its fix is looked for beside the commit that it is cut from', async () => {
  const { begin, changes, sought } = world({ asked: hotfix })
  const named = world({ asked: { ...hotfix, title: 'Totals' } })
  await begin()
  await named.begin()

  expect(changes[0]?.workflow?.state).toMatchObject({ title: 'Mend totals (#4812)', hotfix: true })
  expect(named.changes[0]?.workflow?.state).toMatchObject({ title: 'Totals' })
  expect(sought).toEqual([{ app, asked: ['#4812'], override: null, onto: commitOf(1) }])
})

test('a hotfix whose fix does not exist is not cut', async () => {
  const refusal = { code: 'ref-not-found', ref: '9f3c1ab', nearest: [] } as const
  const { begin, changes } = world({ asked: hotfix, fix: { kind: 'refused', refusal } })

  expect(await begin()).toEqual({ kind: 'refused', refusal })
  expect(changes).toEqual([])
})
