/** How a release begins: everything its cut or its draft creates is written in one transaction, or not at all. */
import { randomBytes } from 'node:crypto'
import { Context, log } from '@temporalio/activity'
import { type Change, emptyChange } from '../../domain/change.js'
import { parseVersion, type Version } from '../../domain/identifiers.js'
import type { Refusal } from '../../domain/refusal.js'
import { planningItems } from '../../domain/release/checklist.js'
import { askedBy, cutRelease } from '../../domain/release/cut.js'
import { type DraftPlan, draftRelease, refuseUnplanned, unplannedRules } from '../../domain/release/draft.js'
import { asWritten, boundFor, releaseRecord } from '../../domain/release/record.js'
import type { ReleaseState } from '../../domain/release/state.js'
import type { ReleaseStep } from '../../domain/release/step.js'
import type { ReleaseStore } from '../../domain/release-store.js'
import type { CutOrder } from '../messages.js'
import type { BeginOrder, BegunRelease, CutResolution, CutOrder as CutToResolve } from './index.js'
import type { FixToFind, FoundFix } from './pick-types.js'
import { isRefused, isSent } from './record-activities.js'

export interface BeginNeeds {
  readonly ledger: Pick<ReleaseStore, 'readState' | 'checkSent' | 'createRelease' | 'createDraft'>
  /** Resolves the commit of a cut, and whether it may be cut. */
  readonly resolveCut: (order: CutToResolve) => Promise<CutResolution>
  /** Finds the fix of a hotfix, before anything is cut for it. */
  readonly findFix: (order: FixToFind) => Promise<FoundFix>
  readonly now: () => Date
}

/**
 * If called again after the write, it finds the release as written: a cut keeps its commit, even if its branch has moved since.
 */
export async function beginRelease(needs: BeginNeeds, order: BeginOrder): Promise<BegunRelease> {
  const { workflow, key, cut } = order
  const recorded = await needs.ledger.readState(workflow)
  if (recorded !== null)
    return { kind: recorded.run === 1 && recorded.seq === 1 ? 'begun' : 'recorded', state: recorded }
  const sent = { workflow, verb: 'cut', key, by: cut.by.user, order: cut }
  if (!(await isSent(needs.ledger, cut.app.name, sent))) return refused({ code: 'forged-order', verb: 'cut' })
  const { draft } = cut
  try {
    return draft ? await beginDraft(needs, { workflow, cut, draft }) : await beginCut(needs, order)
  } catch (error) {
    if (!isRefused(error, Context.current().info.attempt)) throw error
    const errorId = `e_${randomBytes(3).toString('hex')}`
    log.error('PostgreSQL rejected a new release', { errorId, error })
    return refused({ code: 'fault', errorId })
  }
}

const refused = (refusal: Refusal): BegunRelease => ({ kind: 'refused', refusal })

async function beginCut(
  { ledger, resolveCut, findFix, now }: BeginNeeds,
  { workflow, cut: asked }: BeginOrder,
): Promise<BegunRelease> {
  const { app, ref, override, type, version: wanted, by, picks = [] } = asked
  const unplanned = refuseUnplanned(asked, override)
  if (unplanned) return refused(unplanned)
  const version = parsedVersion(wanted)
  if (version === 'invalid') return refused({ code: 'invalid-version', text: wanted ?? '' })
  const resolved = await resolveCut({
    app,
    ref,
    override,
    hotfix: type === 'hotfix',
    version: wanted,
    at: by.at,
  })
  if (resolved.kind === 'refused') return resolved
  const { bump, tagged, commits, authors } = resolved
  const commit = resolved.commit.sha
  const fix = picks.length === 0 ? null : await findFix({ app, asked: picks, override, onto: commit })
  if (fix?.kind === 'refused') return fix
  const cut = { ...asked, title: asked.title === '' && fix !== null ? fix.title : asked.title }
  const overrode = [...unplannedRules(planningItems(cut)), ...resolved.overrode]
  const numbers = { version, versioning: app.version, timezone: app.timezone, bump, tagged, commit }
  const at = now()
  const first = (allotted: Version) =>
    firstChange(workflow, cutRelease({ ...cut, commit, version: allotted, commits, authors, overrode }), at)
  const created = await ledger.createRelease(
    { ...inserted(cut), ...numbers },
    (allotted) => first(allotted).change,
  )
  if (created.kind === 'refused') return created
  // A try that was given up as lost may have been first, and have seen another commit.
  const written = await ledger.readState(workflow)
  return { kind: 'begun', state: written ?? first(created.version).state }
}

async function beginDraft(
  { ledger, now }: BeginNeeds,
  {
    workflow,
    cut,
    draft: plan,
  }: { readonly workflow: string; readonly cut: CutOrder; readonly draft: DraftPlan },
): Promise<BegunRelease> {
  const { state, change } = firstChange(workflow, draftRelease({ ...cut, plan }), now())
  await ledger.createDraft({ ...inserted(cut), ...plan, by: cut.by.user }, change)
  return { kind: 'begun', state }
}

/** The row that a release begins with; everything shown later is in its first change. */
const inserted = ({ id, app, channel, title, description, type, ...asked }: CutOrder) => ({
  ...{ id, app: app.name, channel, title, description, type },
  ...{ by: askedBy(asked), at: asked.by.at, configHash: app.configHash, bound: boundFor({ app, type }) },
})

function firstChange(
  workflow: string,
  step: ReleaseStep,
  now: Date,
): { readonly state: ReleaseState; readonly change: Change } {
  const state = asWritten(step.state, now.toISOString())
  const { events } = step
  const release = releaseRecord(state)
  const empty = emptyChange(state.app.name, `${workflow}/${state.run}/${state.seq}`)
  return { state, change: { ...empty, events, release, workflow: { id: workflow, state } } }
}

export function parsedVersion(wanted: string | null): Version | null | 'invalid' {
  return wanted === null ? null : (parseVersion(wanted) ?? 'invalid')
}
