/** What runs where, briefly: one app after the other. */
import type { EnvironmentView } from '../../../domain/views.js'
import { clip } from '../escape.js'
import { listed } from '../listed.js'
import { marks } from '../marks.js'
import { runningName } from '../running-name.js'
import { deploymentWords, environmentWords, says } from '../status-words.js'

const MOST_PLACES = 12
const MOST_TEXT = 2_000

/** Groups environments by app, keeping their order. */
export function byApp(
  environments: readonly EnvironmentView[],
): ReadonlyMap<string, readonly EnvironmentView[]> {
  const apps = new Map<string, EnvironmentView[]>()
  for (const environment of environments) {
    const others = apps.get(environment.app)
    if (others === undefined) apps.set(environment.app, [environment])
    else others.push(environment)
  }
  return apps
}

/** `shop: staging 2026.11.2-rc.1, production 2026.11.1. web: …`, for notifications. */
export function whereInShort(environments: readonly EnvironmentView[]): string {
  const sentences = [...byApp(environments)].map(([app, places]) => {
    const shown = places.map((place) => `${place.name} ${runsThere(place)}`)
    return `${app}: ${listed(shown, MOST_PLACES)}.`
  })
  return clip(sentences.join(' '), MOST_TEXT)
}

const runsThere = ({ current }: EnvironmentView): string =>
  current === null ? 'nothing' : runningName(current)

/** What runs there, with everything abnormal or waiting: `2026.11.1 ❌ failed 🔒 locked`. */
export function placeWords(environment: EnvironmentView): string {
  const { current, state } = environment
  const runs = current === null ? (state === 'absent' ? '–' : 'nothing') : runningName(current)
  return [runs, ...placeNotes(environment)].join(' ')
}

/** Everything abnormal or waiting there. */
export function placeNotes({
  current,
  state,
  lock,
  hold,
  freeze,
  detail,
}: EnvironmentView): readonly string[] {
  return [
    ...(state === 'ready' || state === 'absent' ? [] : [says(environmentWords[state])]),
    ...(current?.state === 'awaiting_acceptance' ? [says(deploymentWords.awaiting_acceptance)] : []),
    ...(detail.queue.length > 0 ? [`${marks.queued} ${detail.queue.length} in line`] : []),
    ...(lock === null ? [] : [`${marks.locked} locked`]),
    ...(freeze === null ? [] : [`${marks.frozen} frozen`]),
    ...(hold === null ? [] : [`${marks.held} automation paused`]),
  ]
}
