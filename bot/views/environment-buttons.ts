/** What can be done with an environment as a whole, as buttons: only what would be allowed now. */

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
  | 'wait-host'
  | 'other-host'

const labels: Readonly<Record<EnvironmentVerb, string>> = {
  promote: 'Prepare a release…',
  'env-patch': 'Patch',
  'env-rebuild': 'Rebuild',
  'env-extend': 'Extend',
  'env-keep': 'Keep',
  'env-teardown': 'Tear down now',
  'wait-host': 'Wait',
  'other-host': 'Run on another host',
}

export interface DrawnButton {
  readonly element: Button
  /** To be stored before the message shows it. */
  readonly target: ButtonTarget
}

/** One button about an environment. A teardown first asks, by what runs there. */
export function environmentButton(view: EnvironmentView, verb: EnvironmentVerb): DrawnButton {
  const target = targetOf(view, verb)
  const retries = verb === 'env-teardown' && view.state === 'teardown_failed'
  const label = retries ? 'Retry' : labels[verb]
  return {
    target,
    element: button({
      verb,
      label,
      says: `${retries ? 'Retry the teardown' : label} of ${view.app} ${view.name}`,
      value: buttonId(target),
      style: verb === 'env-teardown' ? 'danger' : null,
      confirm: question(view, verb),
    }),
  }
}

function targetOf(view: EnvironmentView, verb: EnvironmentVerb): ButtonTarget {
  const { app, name: environment, expiresAt, current } = view
  const place = { verb, app, environment } as const
  if (verb === 'env-extend' || verb === 'env-keep') {
    return expiresAt === null ? place : { ...place, argument: expiresAt }
  }
  if (verb !== 'env-teardown') return place
  return current === null
    ? { ...place, confirmed: true }
    : { ...place, confirmed: true, argument: current.id }
}

function question(view: EnvironmentView, verb: EnvironmentVerb): ReturnType<typeof confirmation> | null {
  if (verb !== 'env-teardown') return null
  const { app, name, current, detail } = view
  const runs = current === null ? 'Nothing is recorded as running there.' : `${named(current)} runs there.`
  const waits = detail.queue.length === 0 ? '' : ` ${detail.queue.length} waiting will be turned away.`
  const text = `${runs}${waits} What setup made is removed; this can't be undone.`
  return confirmation(`Tear down ${clip(`${app} ${name}`, 70)}?`, text, 'Tear down')
}

const named = ({ candidate, commit }: NonNullable<EnvironmentView['current']>): string =>
  candidate ?? `Commit ${shortCommit(commit)}`

/** One in line for a place can be given up; one that may live but does not, since its build failed say, made. */
function ofAbsentPreview({ detail: { place } }: EnvironmentView): readonly EnvironmentVerb[] {
  if (!place) return []
  return place.granted ? ['env-rebuild', 'env-teardown'] : ['env-teardown']
}

/** Nothing ever came there, and only a promotion brings something. */
const isEmpty = ({ state, current, detail }: EnvironmentView): boolean =>
  state === 'absent' && current === null && detail.branch === null && detail.note === null

function toPutOff({ expiresAt, detail }: EnvironmentView): readonly EnvironmentVerb[] {
  if (expiresAt === null) return []
  return detail.extensionsLeft > 0 ? ['env-extend', 'env-keep'] : ['env-keep']
}

/** Where only people bring something; the form has what may go (S3.22). */
const toPrepare = ({ mode, detail }: EnvironmentView): readonly EnvironmentVerb[] =>
  mode === 'approval' && !detail.preview ? ['promote'] : []

/** What the view of an environment offers, most wanted first. */
export function offered(view: EnvironmentView): readonly EnvironmentVerb[] {
  const { state, setupRequired, detail, current } = view
  if (state === 'tearing_down' || state === 'retired') return []
  const prepare = toPrepare(view)
  if (isEmpty(view)) return prepare
  if (state === 'teardown_failed') return ['env-teardown', 'env-rebuild']
  if (detail.preview && state === 'absent') return ofAbsentPreview(view)
  const lost = isHostLost(detail.note)
  const wantsSetup = setupRequired || state === 'out_of_sync' || state === 'failed'
  return [
    ...prepare,
    ...(lost ? (['wait-host', 'other-host'] as const) : []),
    ...(wantsSetup ? (['env-rebuild', 'env-patch'] as const) : (['env-patch', 'env-rebuild'] as const)),
    ...toPutOff(view),
    ...(state !== 'absent' || current !== null ? (['env-teardown'] as const) : []),
  ]
}
