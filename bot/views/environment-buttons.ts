/** Buttons for actions on a whole environment: only those that are currently allowed. */

import type { Button } from '@slack/types'
import { shortCommit } from '../../domain/identifiers.js'
import { isHostLost } from '../../domain/reasons.js'
import type { EnvironmentView } from '../../domain/views.js'
import { button, confirmation } from './blocks.js'
import { type ButtonTarget, buttonId } from './button-target.js'
import { clip } from './escape.js'

export type EnvironmentVerb =
  | 'promote'
  | 'env-patch'
  | 'env-rebuild'
  | 'env-extend'
  | 'env-keep'
  | 'env-teardown'
  | 'env-approve-teardown'
  | 'env-stop-teardown'
  | 'env-resume-teardown'
  | 'wait-host'
  | 'other-host'

const labels: Readonly<Record<EnvironmentVerb, string>> = {
  promote: 'Prepare a release…',
  'env-patch': 'Patch',
  'env-rebuild': 'Rebuild',
  'env-extend': 'Extend',
  'env-keep': 'Keep',
  'env-teardown': 'Tear down now',
  'env-approve-teardown': 'Approve the teardown',
  'env-stop-teardown': 'Stop the teardown',
  'env-resume-teardown': 'Retry',
  'wait-host': 'Wait',
  'other-host': 'Run on another host',
}

export interface DrawnButton {
  readonly element: Button
  /** To be stored before the message shows it. */
  readonly target: ButtonTarget
}

/** One button about an environment. A teardown asks for confirmation and names what runs there. */
export function environmentButton(view: EnvironmentView, verb: EnvironmentVerb): DrawnButton {
  const target = targetOf(view, verb)
  const retries =
    verb === 'env-resume-teardown' || (verb === 'env-teardown' && view.state === 'teardown_failed')
  const label = retries ? 'Retry' : labelOf(view, verb)
  return {
    target,
    element: button({
      verb,
      label,
      says: `${retries ? 'Retry the teardown' : label} of ${view.app} ${view.name}`,
      value: buttonId(target),
      style: dangerous.has(verb) ? 'danger' : null,
      confirm: question(view, verb),
    }),
  }
}

const dangerous: ReadonlySet<EnvironmentVerb> = new Set([
  'env-teardown',
  'env-approve-teardown',
  'env-resume-teardown',
])

/** After a teardown, a rebuild restores what ran there last. */
function labelOf({ current, detail }: EnvironmentView, verb: EnvironmentVerb): string {
  const back = detail.rollbackTargets[0]?.name
  if (verb !== 'env-rebuild' || current !== null || detail.tornDown === null) return labels[verb]
  return back === undefined || detail.branch !== null ? 'Set up again' : `Set up again with ${clip(back, 40)}`
}

function targetOf(view: EnvironmentView, verb: EnvironmentVerb): ButtonTarget {
  const { app, name: environment, expiresAt, current } = view
  const place = { verb, app, environment } as const
  if (verb === 'env-extend' || verb === 'env-keep') {
    return expiresAt === null ? place : { ...place, argument: expiresAt }
  }
  if (verb === 'env-rebuild' && asksToRebuild(view)) return { ...place, confirmed: true }
  if (verb !== 'env-teardown') return place
  return current === null
    ? { ...place, confirmed: true }
    : { ...place, confirmed: true, argument: current.id }
}

function question(view: EnvironmentView, verb: EnvironmentVerb): ReturnType<typeof confirmation> | null {
  const { app, name, current, detail } = view
  if (verb === 'env-rebuild' && asksToRebuild(view)) {
    const text = `${current === null ? 'What is there' : named(current)} stays, and setup runs anew: what it makes from scratch loses what is stored in it.`
    return confirmation(`Rebuild ${clip(`${app} ${name}`, 70)}?`, text, 'Rebuild')
  }
  if (verb !== 'env-teardown' && verb !== 'env-approve-teardown') return null
  const runs = current === null ? 'Nothing is recorded as running there.' : `${named(current)} runs there.`
  const waits = detail.queue.length === 0 ? '' : ` ${detail.queue.length} waiting will be turned away.`
  const text = `${runs}${waits} What setup made is removed; this can't be undone.`
  const yes = verb === 'env-teardown' ? 'Tear down' : 'Approve'
  return confirmation(`Tear down ${clip(`${app} ${name}`, 70)}?`, text, yes)
}

/** Whether a rebuild needs confirmation, as in `environment/manual.ts`. */
const asksToRebuild = ({ current, state, detail }: EnvironmentView): boolean =>
  detail.permanent && (current !== null || state === 'failed')

const named = ({ candidate, commit }: NonNullable<EnvironmentView['current']>): string =>
  candidate ?? `Commit ${shortCommit(commit)}`

/** A preview in the queue can be given up; one with a place that does not exist (e.g. its build failed) can be rebuilt. */
function ofAbsentPreview({ detail: { place } }: EnvironmentView): readonly EnvironmentVerb[] {
  if (!place) return []
  return place.granted ? ['env-rebuild', 'env-teardown'] : ['env-teardown']
}

/** Nothing was ever deployed there, and only a promotion can. */
const isEmpty = ({ state, current, detail }: EnvironmentView): boolean =>
  state === 'absent' &&
  current === null &&
  detail.branch === null &&
  detail.note === null &&
  detail.tornDown === null

function toPutOff({ expiresAt, detail }: EnvironmentView): readonly EnvironmentVerb[] {
  if (expiresAt === null) return []
  return detail.extensionsLeft > 0 ? ['env-extend', 'env-keep'] : ['env-keep']
}

/** Where only promotions deploy; the form lists the possible candidates (S3.22). */
const toPrepare = ({ mode, detail }: EnvironmentView): readonly EnvironmentVerb[] =>
  mode === 'approval' && !detail.preview ? ['promote'] : []

/** The possible answers to a requested teardown. */
export function removalVerbs({ detail: { removal } }: EnvironmentView): readonly EnvironmentVerb[] {
  if (removal === null) return []
  return removal.announced ? ['env-stop-teardown'] : ['env-approve-teardown', 'env-stop-teardown']
}

const isTornDown = ({ state, current, detail }: EnvironmentView): boolean =>
  state === 'absent' && current === null && detail.tornDown !== null

/** After a teardown: redeploys what ran there, or the head of its branch. */
export const waysBack = (view: EnvironmentView): readonly EnvironmentVerb[] =>
  isTornDown(view) && (view.detail.rollbackTo !== null || view.detail.branch !== null) ? ['env-rebuild'] : []

/** The actions offered for an environment, most wanted first. A permanent one can be torn down only by a command. */
export function offered(view: EnvironmentView): readonly EnvironmentVerb[] {
  const { state, detail, current } = view
  if (state === 'tearing_down' || state === 'retired') return []
  if (isEmpty(view)) return toPrepare(view)
  if (state === 'teardown_failed')
    return [detail.permanent ? 'env-resume-teardown' : 'env-teardown', 'env-rebuild']
  if (isTornDown(view)) return [...waysBack(view), ...toPrepare(view)]
  if (detail.preview && state === 'absent') return ofAbsentPreview(view)
  const ends = !detail.permanent && (state !== 'absent' || current !== null)
  return [
    ...toPrepare(view),
    ...(isHostLost(detail.note) ? (['wait-host', 'other-host'] as const) : []),
    ...byHand(view),
    ...toPutOff(view),
    ...removalVerbs(view),
    ...(ends ? (['env-teardown'] as const) : []),
  ]
}

function byHand({ state, setupRequired }: EnvironmentView): readonly EnvironmentVerb[] {
  const wantsSetup = setupRequired || state === 'out_of_sync' || state === 'failed'
  return wantsSetup ? ['env-rebuild', 'env-patch'] : ['env-patch', 'env-rebuild']
}
