/**
 * The verbs: what each is called, what it is about and who may use it. Permissions, configuration, commands, buttons and forms
 * are derived from this table.
 */

/**
 * Who may use a verb when `permissions` in `slipway.yaml` does not say: the people who may `cut`, the approvers or the acceptors
 * of the environment, or nobody (`by-name`).
 */
export type DefaultPermission = 'cutters' | 'approvers' | 'acceptors' | 'by-name'

interface VerbDefinition {
  /** `apps`: it can be about every app at once; all other verbs need one app. */
  readonly scope: 'app' | 'release' | 'deployment' | 'environment' | 'apps'
  /** Null: no role is needed, because it only reads, or affects only the person who uses it. */
  readonly permission: DefaultPermission | null
  readonly aliases?: readonly string[]
  /** Further actions of buttons and forms under this verb's permission, each with a name of its own. */
  readonly variants?: readonly string[]
}

/** `approve` and `accept` share no alias: they are different decisions. */
export const verbs = {
  cut: { scope: 'app', permission: 'cutters', aliases: ['start', 'rc'], variants: ['hotfix'] },
  draft: { scope: 'app', permission: 'cutters' },
  edit: { scope: 'release', permission: 'cutters' },
  promote: {
    scope: 'release',
    permission: 'cutters',
    aliases: ['deploy', 'ship'],
    variants: ['promote-again'],
  },
  approve: { scope: 'deployment', permission: 'approvers', variants: ['approve-with-comment'] },
  accept: { scope: 'deployment', permission: 'acceptors', variants: ['accept-with-comment'] },
  reject: { scope: 'deployment', permission: 'acceptors', aliases: ['deny', 'no'] },
  rollback: { scope: 'environment', permission: 'cutters', aliases: ['revert', 'undo'] },
  retry: { scope: 'deployment', permission: 'cutters' },
  skip: { scope: 'deployment', permission: 'cutters' },
  abort: { scope: 'deployment', permission: 'cutters' },
  'cherry-pick': {
    scope: 'release',
    permission: 'cutters',
    aliases: ['pick', 'cp'],
    variants: ['cherry-pick-continue', 'cherry-pick-skip', 'cherry-pick-confirm'],
  },
  tag: { scope: 'release', permission: 'cutters' },
  'on-trunk': { scope: 'release', permission: 'cutters', aliases: ['landed'] },
  build: { scope: 'app', permission: 'cutters' },
  train: { scope: 'app', permission: null, variants: ['train-hold', 'train-leave', 'train-resume'] },
  pause: { scope: 'environment', permission: 'cutters' },
  resume: { scope: 'environment', permission: 'cutters' },
  status: { scope: 'release', permission: null, aliases: ['show', 'info', 'st'] },
  list: { scope: 'apps', permission: null, aliases: ['ls'] },
  where: { scope: 'apps', permission: null },
  diff: { scope: 'release', permission: null, aliases: ['changes', 'changelog'] },
  notes: { scope: 'release', permission: null, variants: ['notes-edit'] },
  history: { scope: 'release', permission: null, aliases: ['log'], variants: ['log'] },
  why: { scope: 'release', permission: null, variants: ['try-again'] },
  plan: { scope: 'release', permission: null },
  delete: { scope: 'release', permission: 'cutters', aliases: ['rm', 'drop'], variants: ['abandon'] },
  lock: { scope: 'environment', permission: 'cutters', variants: ['take-lock'] },
  unlock: { scope: 'environment', permission: 'cutters' },
  // These reach beyond one release, so each must be granted by name.
  freeze: { scope: 'apps', permission: 'by-name' },
  thaw: { scope: 'apps', permission: 'by-name' },
  env: {
    scope: 'environment',
    permission: 'cutters',
    variants: [
      'env-create',
      'env-rebuild',
      'env-patch',
      'env-extend',
      'env-keep',
      'env-teardown',
      'env-approve-teardown',
      'env-stop-teardown',
      'env-resume-teardown',
      'wait-host',
      'other-host',
    ],
  },
  checklist: { scope: 'release', permission: 'cutters', variants: ['tick', 'untick'] },
  roadmap: { scope: 'apps', permission: null, aliases: ['planned', 'upcoming', 'calendar'] },
  metrics: { scope: 'apps', permission: null },
  mute: { scope: 'apps', permission: null, aliases: ['watch'] },
  help: { scope: 'apps', permission: null },
} as const satisfies Readonly<Record<string, VerbDefinition>>

export type Verb = keyof typeof verbs

export const isVerb = (name: string): name is Verb => Object.hasOwn(verbs, name)

/** In the order in which people see them listed. */
export const verbNames: readonly Verb[] = Object.keys(verbs).filter(isVerb)

type VariantOf<Of extends Verb> = (typeof verbs)[Of] extends {
  readonly variants: readonly (infer Name extends string)[]
}
  ? Name
  : never

/** What a button or a form of a verb can request: the verb itself or one of its variants. */
export type ActionOf<Of extends Verb> = Of | VariantOf<Of>
export type Action = { readonly [Of in Verb]: ActionOf<Of> }[Verb]

const variantsOf = (verb: Verb): readonly string[] => {
  const definition = verbs[verb]
  return 'variants' in definition ? definition.variants : []
}

const isAction = (name: string): name is Action =>
  isVerb(name) || verbNames.some((verb) => variantsOf(verb).includes(name))

export const actionNames: readonly Action[] = verbNames
  .flatMap((verb) => [verb, ...variantsOf(verb)])
  .filter(isAction)

type VerbsOfScope<Scope extends VerbDefinition['scope']> = {
  readonly [Of in Verb]: (typeof verbs)[Of]['scope'] extends Scope ? Of : never
}[Verb]

/** The verbs that can be about every app at once. */
export type EveryAppVerb = VerbsOfScope<'apps'>
export type EnvironmentVerb = VerbsOfScope<'environment'>

export const isEveryAppVerb = (verb: Verb): verb is EveryAppVerb => verbs[verb].scope === 'apps'

type RoleVerb = {
  readonly [Of in Verb]: (typeof verbs)[Of]['permission'] extends null ? never : Of
}[Verb]

/** Permissions that are not verbs: required to use `--override`, and to tear down a permanent environment. */
const extraPermissions = ['override', 'teardown'] as const

/** The verbs that need a role, and the extra permissions. */
export type ProtectedVerb = RoleVerb | (typeof extraPermissions)[number]

export const needsRole = (verb: Verb): verb is RoleVerb => verbs[verb].permission !== null

export const protectedVerbs: readonly ProtectedVerb[] = [...verbNames.filter(needsRole), ...extraPermissions]

/** Setting a rule aside, and removing what users see, must always be granted by name. */
export const defaultPermission = (verb: ProtectedVerb): DefaultPermission =>
  verb === 'override' || verb === 'teardown' ? 'by-name' : verbs[verb].permission

/** Variants that need another permission than their verb's. */
const permissionsOfVariants: Readonly<Partial<Record<Action, ProtectedVerb>>> = {
  'notes-edit': 'cut',
  'train-hold': 'cut',
  'train-leave': 'cut',
  'train-resume': 'cut',
  'env-approve-teardown': 'approve',
  'env-stop-teardown': 'lock',
  'env-resume-teardown': 'teardown',
}

/** The permission that a button of that action requires; null when none. */
export function permissionFor(action: Action): ProtectedVerb | null {
  const verb = verbNames.find((name) => name === action || variantsOf(name).includes(action))
  return permissionsOfVariants[action] ?? (verb !== undefined && needsRole(verb) ? verb : null)
}
