/** `hotfix`: cuts from what runs in the last environment, and picks the fix onto it, as one order. */
import { againKey } from '../../domain/evidence.js'
import type { IntentOf } from '../../domain/intent.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import { done, type Outcome, refuse } from '../../domain/refusal.js'
import type { ActorSnapshot } from '../../domain/release/state.js'
import { type AppArguments, valueOf } from '../commands/arguments.js'
import type { Word } from '../commands/read-keywords.js'
import { askRelease } from '../orders/ask-release.js'
import type { Handling } from '../orders/handling.js'
import { isPick, noPicks, overrideField, pickFields, pickWord, readPicks } from './cherry-pick-forms.js'
import { type FormSpec, ordered, wrong } from './common/form-spec.js'
import { type ReleaseDetails, titleField } from './common/release-details.js'

/** The release type that is cut from what runs. */
const HOTFIX = 'hotfix'

/** Asks for the fix; everything else follows from it. */
export const hotfixForm: FormSpec = {
  title: 'Hotfix',
  submit: 'Cut the hotfix',
  fields: (subject) => [
    ...pickFields(subject),
    { ...titleField(false), hint: 'Left empty: the subject of the fix.' },
    overrideField,
  ],
  read: (answers, { app }) => {
    const picks = readPicks(answers)
    if (picks === null) return wrong(noPicks)
    return ordered({
      kind: 'cut',
      app: app.name,
      title: answers('title') ?? '',
      description: answers('description') ?? '',
      type: HOTFIX,
      ref: null,
      version: answers('version'),
      override: answers('override'),
      draft: null,
      picks,
    })
  },
  showsEnvironments: true,
  lacking: ({ environments }, app) => {
    const last = app.environments.at(-1)?.name
    return environments.find(({ name }) => name === last)?.current?.commit ?? null
  },
}

/** The words of a hotfix that name its fix, and the other words. */
export function fixIn(args: AppArguments): {
  readonly picks: readonly string[]
  readonly others: readonly Word[]
} {
  const { words, switches } = args
  const isHotfix = switches.has(HOTFIX) || valueOf(args, 'type')?.toLowerCase() === HOTFIX
  if (!isHotfix) return { picks: [], others: words }
  const named = words.map((word) => {
    const pick = word.keyword === null ? pickWord(word.token) : null
    return { word, pick: pick !== null && isPick(pick) ? pick : null }
  })
  return {
    picks: [...new Set(named.flatMap(({ pick }) => pick ?? []))],
    others: named.flatMap(({ word, pick }) => (pick === null ? [word] : [])),
  }
}

/** Whether a form has to ask: `--hotfix` names no fix, or the words beside it may not be a title. */
export function asksForFix(
  args: AppArguments,
  { picks, details }: { readonly picks: readonly string[]; readonly details: ReleaseDetails },
): boolean {
  if (picks.length > 0) return details.title !== '' && !details.certain
  const isCutOtherwise = valueOf(args, 'draft') !== null || valueOf(args, 'from') !== null
  return args.switches.has(HOTFIX) && !isCutOtherwise
}

/**
 * Picks the fix onto the release that was just cut. How that ends is the answer of the order: a conflict waits on the card, as
 * after any other pick, and any other refusal says that the release is there.
 */
export async function pickFix(
  { intent, context, key }: Handling<IntentOf<'cut'>>,
  { app, by, cut }: { readonly app: AppDefinition; readonly by: ActorSnapshot; readonly cut: string },
): Promise<Outcome> {
  const { releaseId, deploymentId, picks = [], override } = intent
  // The workflow has answered the order's own key with the cut.
  const asking = { context, key: againKey(key, 1) }
  const order = { picks, step: 'start', override, deploymentId, confirmed: null, by } as const
  const outcome = await askRelease(asking, { app: app.name, release: releaseId }, { verb: 'pick', order })
  if (outcome.kind === 'refused') {
    const { refusal: why } = outcome
    return why.code === 'pick-conflict' ? outcome : refuse({ code: 'fix-not-picked', candidate: cut, why })
  }
  if (outcome.done.code !== 'picked') return outcome
  const { candidate, picked } = outcome.done
  const [first = null, last = null] = [app.environments.at(0)?.name, app.environments.at(-1)?.name]
  return done({ code: 'hotfix', candidate, picked, first, last })
}
