/** The plan of a release: its day as typed, and the releases it waits for. */
import type { WaitsFor } from '../../../domain/change.js'
import type { ReleaseId } from '../../../domain/identifiers.js'
import type { PlannedWords, ReleaseRef } from '../../../domain/intent.js'
import type { AppDefinition } from '../../../domain/pipeline.js'
import type { ActorSnapshot } from '../../../domain/release/state.js'
import { dayIn } from '../../../domain/schedule.js'
import { type AppArguments, valueOf } from '../../commands/arguments.js'
import { releaseRef } from '../../commands/release-words.js'
import type { Flags } from '../../commands/syntax.js'
import { type Handling, Refused } from '../../orders/handling.js'
import { readDay } from '../../orders/read-time.js'
import { releaseOf, releaseView } from '../../orders/resolve.js'
import { flag, joinWords, releaseName, switchWord, type Words } from './command-words.js'
import type { Answers, Field } from './form-spec.js'

export const planFlags = {
  planned: 'value',
  past: 'switch',
  scope: 'value',
  link: 'value',
  after: 'value',
} as const satisfies Flags

/** `--after none`: it no longer waits for anything. */
const NOTHING = 'none'

/** The planned day of a release, its scope and links, and the releases it waits for. */
export const planFields: readonly Field[] = [
  { name: 'planned', kind: 'date', label: 'Planned for', required: false },
  { name: 'scope', kind: 'text', label: 'Scope', required: false, most: 1_000 },
  {
    name: 'links',
    kind: 'text',
    label: 'Links',
    required: false,
    hint: 'One on each line.',
    most: 1_000,
  },
  {
    name: 'after',
    kind: 'text',
    label: 'Waits for',
    required: false,
    hint: 'Versions or titles of other releases, one on each line.',
    most: 1_000,
  },
]

export interface Plan {
  readonly planned: PlannedWords
  /** Null: not given. */
  readonly after: readonly ReleaseRef[] | null
}

/** `--planned friday --after 2026.11.3 --after "Checkout"`. */
export function readPlan(args: AppArguments): Plan {
  const after = args.values.get('after') ?? null
  const named = after?.filter((text) => text.toLowerCase() !== NOTHING) ?? null
  return {
    planned: { day: valueOf(args, 'planned'), past: args.switches.has('past') },
    after: named?.flatMap((text) => releaseRef(text, args.context) ?? []) ?? null,
  }
}

/** The plan given in a form. */
export function planOf(answers: Answers): Plan {
  const names = answers('after')
    ?.split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  return {
    planned: { day: answers('planned'), past: false },
    after: names?.map((text) => ({ kind: 'named', text })) ?? null,
  }
}

/** The prefill of a form, from what was typed. */
export const planAsGiven = (
  args: AppArguments,
): { readonly after: string; readonly planned: string | null } => {
  const planned = valueOf(args, 'planned')
  return {
    after: (args.values.get('after') ?? []).join('\n'),
    // A date picker does not accept words.
    planned: planned !== null && isDate(planned) ? planned : null,
  }
}

export const planWords = ({ planned, after }: Plan): Words => [
  flag('planned', planned.day),
  switchWord('past', planned.past),
  ...(after === null
    ? []
    : after.length === 0
      ? [flag('after', NOTHING)]
      : after.map((ref) => flag('after', releaseName(ref)))),
]

/** A calendar day of this century, in the format of a date picker. */
const isDate = (text: string): boolean =>
  /^20\d{2}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))

/**
 * The day that was meant, `2026-12-24`; null when none was given. Throws a refusal for an invalid day, and for a past day unless
 * the person confirmed it. `again` is the order with another day in words.
 */
export function plannedDay(
  {
    planned,
    app,
    by,
  }: { readonly planned: PlannedWords; readonly app: AppDefinition; readonly by: ActorSnapshot },
  again: (planned: PlannedWords) => Words,
): string | null {
  if (planned.day === null) return null
  const day = readDay(planned.day, { now: by.at, timezone: by.timezone ?? app.timezone })
  if (day === null) throw new Refused({ code: 'invalid-day', text: planned.day })
  const today = dayIn(app.timezone, by.at)
  if (day >= today || planned.past) return day
  throw new Refused({
    code: 'day-over',
    app: app.name,
    day,
    today,
    again: joinWords(again({ day, past: true })),
  })
}

/** How far a chain of waiting releases is followed. */
const MOST_WAITED_FOR = 50

/** The named releases, in stored form. Throws a refusal for an unknown release and for one that already waits for `self`. */
export async function waitsFor(
  handling: Handling<unknown>,
  app: AppDefinition,
  { refs, self }: { readonly refs: readonly ReleaseRef[]; readonly self: ReleaseId | null },
): Promise<readonly WaitsFor[]> {
  const found = new Map<ReleaseId, WaitsFor>()
  for (const ref of refs) {
    const { releaseId } = await releaseOf(handling, app.name, ref)
    const view = await releaseView(handling, releaseId)
    const name = view.version ?? view.title
    if (self !== null && (await leadsTo(handling, releaseId, self)))
      throw new Refused({ code: 'waits-in-circle', name })
    found.set(releaseId, { releaseId, name })
  }
  return [...found.values()]
}

/** Whether one release waits for another, directly or indirectly. */
async function leadsTo(handling: Handling<unknown>, from: ReleaseId, to: ReleaseId): Promise<boolean> {
  const seen = new Set<ReleaseId>([from])
  for (const id of seen) {
    if (id === to) return true
    if (seen.size > MOST_WAITED_FOR) return false
    const view = await handling.context.lookups.release(id)
    for (const { releaseId } of view?.detail.after ?? []) seen.add(releaseId)
  }
  return false
}
