/** The verbs of the grammar, what else they are called, and which flags and keywords each understands. */
import { nearest } from '../../domain/nearest.js'

export const verbs = [
  'cut',
  'draft',
  'edit',
  'promote',
  'approve',
  'accept',
  'reject',
  'rollback',
  'retry',
  'skip',
  'abort',
  'cherry-pick',
  'tag',
  'pause',
  'resume',
  'status',
  'list',
  'where',
  'diff',
  'history',
  'why',
  'plan',
  'delete',
  'lock',
  'unlock',
  'freeze',
  'thaw',
  'env',
  'checklist',
  'metrics',
  'mute',
  'help',
] as const
export type Verb = (typeof verbs)[number]

/** `approve` and `accept` share none: they are different decisions. */
export const aliases: Readonly<Record<string, Verb>> = {
  start: 'cut',
  rc: 'cut',
  deploy: 'promote',
  ship: 'promote',
  deny: 'reject',
  no: 'reject',
  revert: 'rollback',
  undo: 'rollback',
  pick: 'cherry-pick',
  cp: 'cherry-pick',
  show: 'status',
  info: 'status',
  st: 'status',
  ls: 'list',
  changes: 'diff',
  changelog: 'diff',
  notes: 'diff',
  rm: 'delete',
  drop: 'delete',
  log: 'history',
  watch: 'mute',
}

/** Words that could mean either decision, and so mean neither. */
export const eitherDecision: readonly string[] = ['ok', 'lgtm', 'yes']

/** The verb a word names, itself or by an alias. */
export function findVerb(word: string): Verb | null {
  const wanted = word.toLowerCase()
  return (
    verbs.find((verb) => verb === wanted) ??
    (Object.hasOwn(aliases, wanted) ? (aliases[wanted] ?? null) : null)
  )
}

/** The verbs a misspelt word was probably meant to be; an alias stands for its verb. */
export function nearestVerbs(word: string): readonly string[] {
  const close = nearest(word, [...verbs, ...Object.keys(aliases)])
  return [...new Set(close.map((name) => findVerb(name) ?? name))]
}

/** Words that say what follows them. Any other verb takes them as plain words. */
export type Keyword = 'to' | 'on' | 'in' | 'for' | 'of' | 'from' | 'as' | 'onto' | 'vs' | 'until' | 'because'

/** `value` needs one, `switch` takes none. */
export type FlagKind = 'value' | 'switch'

export interface VerbRules {
  readonly keywords: readonly Keyword[]
  readonly flags: Readonly<Record<string, FlagKind>>
  /** `because …` and `: …` at the end are the reason. */
  readonly reason: boolean
}

const place: readonly Keyword[] = ['to', 'on', 'in', 'for', 'of']
const app: Readonly<Record<string, FlagKind>> = { app: 'value' }
const placed: Readonly<Record<string, FlagKind>> = { ...app, env: 'value', to: 'value', on: 'value' }
const reasoned: Readonly<Record<string, FlagKind>> = { reason: 'value', comment: 'value', m: 'value' }
const confirmed: Readonly<Record<string, FlagKind>> = { yes: 'switch', y: 'switch' }
const override: Readonly<Record<string, FlagKind>> = { override: 'value' }
const shown: Readonly<Record<string, FlagKind>> = { ...placed, here: 'switch' }
const timed: Readonly<Record<string, FlagKind>> = { for: 'value', until: 'value' }

const written = {
  description: 'value',
  d: 'value',
  type: 'value',
  title: 'value',
} as const satisfies Record<string, FlagKind>

const rule = (
  keywords: readonly Keyword[],
  flags: Readonly<Record<string, FlagKind>>,
  reason: 'reason' | 'no reason' = 'no reason',
): VerbRules => ({
  keywords: reason === 'reason' ? [...keywords, 'because'] : keywords,
  flags,
  reason: reason === 'reason',
})

const decide = rule(place, { ...placed, ...reasoned }, 'reason')
const attempt = rule(place, { ...placed, ...override })
const hold = rule(place, { ...placed, ...reasoned }, 'reason')
const question = rule(place, shown)

/** What each verb understands beyond its words. */
export const verbRules: Readonly<Record<Verb, VerbRules>> = {
  cut: rule(['from', 'as', 'of', 'on', 'in'], {
    ...app,
    ...written,
    ...override,
    from: 'value',
    as: 'value',
    draft: 'value',
    hotfix: 'switch',
  }),
  draft: rule(['of', 'on', 'in', 'for'], {
    ...app,
    ...written,
    planned: 'value',
    scope: 'value',
    link: 'value',
  }),
  edit: rule(['of', 'on', 'in'], {
    ...app,
    title: 'value',
    description: 'value',
    d: 'value',
    planned: 'value',
    scope: 'value',
    link: 'value',
  }),
  promote: rule(place, { ...placed, ...override, ...confirmed, 'dry-run': 'switch', n: 'switch' }),
  approve: decide,
  accept: decide,
  reject: decide,
  rollback: rule(place, { ...placed, ...reasoned, ...confirmed }, 'reason'),
  retry: attempt,
  skip: attempt,
  abort: attempt,
  tag: rule(['of', 'on', 'in'], app),
  'cherry-pick': rule(['onto', 'of', 'on', 'to', 'in'], { ...app, onto: 'value' }),
  pause: hold,
  resume: hold,
  status: question,
  list: rule(place, { ...app, here: 'switch', mine: 'switch', page: 'value' }),
  where: question,
  diff: rule([...place, 'vs', 'from'], { ...shown, vs: 'value' }),
  history: rule(place, { ...shown, since: 'value', by: 'value' }),
  why: question,
  plan: question,
  delete: rule(['of', 'on', 'in', 'from'], { ...app, yes: 'switch', y: 'switch' }),
  lock: rule(
    [...place, 'until'],
    { ...placed, ...reasoned, ...timed, 'take-over': 'switch', steal: 'switch' },
    'reason',
  ),
  unlock: rule(place, { ...placed, ...reasoned }, 'reason'),
  freeze: rule([...place, 'until'], { ...app, ...reasoned, ...timed }, 'reason'),
  thaw: rule(place, { ...app, ...reasoned }, 'reason'),
  env: rule([...place, 'from'], { ...shown, ...confirmed, from: 'value', for: 'value' }),
  checklist: rule(place, { ...shown }),
  metrics: rule(place, { ...app, here: 'switch', since: 'value' }),
  mute: rule(['of', 'for', 'in', 'on'], app),
  help: rule([], { here: 'switch' }),
}
