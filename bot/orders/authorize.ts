/** Decides whether a person may do something. Commands, buttons, forms, mentions and Home all use this. */
import { type Configuration, findRole } from '../../domain/configuration.js'
import type { UserId } from '../../domain/identifiers.js'
import type { Actor } from '../../domain/intent.js'
import { rolesFor } from '../../domain/permissions.js'
import type { AppDefinition, EnvironmentDefinition, RoleDefinition } from '../../domain/pipeline.js'
import type { RuleQuorum } from '../../domain/reasons.js'
import type { ApprovalFacts } from '../../domain/record-details.js'
import type { Refusal } from '../../domain/refusal.js'
import type { ActorSnapshot } from '../../domain/release/state.js'
import type { ProtectedVerb } from '../../domain/verbs.js'
import type { People, Person } from '../slack/people.js'
import { findQuorum } from './quorum.js'
import { stillHere } from './still-here.js'

export type Authorization =
  | { readonly kind: 'allowed'; readonly evidence: ActorSnapshot }
  | { readonly kind: 'denied'; readonly refusal: Refusal }

/** The target of the verb. The app may be a release's snapshot: it names the roles, but their holders are looked up now. */
export interface AuthorizedObject {
  readonly app: Pick<AppDefinition, 'permissions'>
  readonly environment: Pick<EnvironmentDefinition, 'approve' | 'accept'> | null
}

export interface Authorizer {
  /** Whether the actor holds a role that may use the verb; anything unknown denies. */
  authorize(actor: Actor, verb: ProtectedVerb, on: AuthorizedObject): Promise<Authorization>
  /** Who may use the verb, e.g. to suggest whom to ask; omits people who could not be looked up. */
  whoMay(verb: ProtectedVerb, on: AuthorizedObject): Promise<readonly UserId[]>
  /** The current roles of the approvers; none for those who left. Null: Slack did not say whether an approval still counts. */
  standing(facts: Pick<ApprovalFacts, 'rules' | 'approvals'>): Promise<readonly Standing[] | null>
  /** Problems with the people who can satisfy an approval gate's rules; empty when there are none, or Slack did not answer. */
  quorum(facts: Pick<ApprovalFacts, 'rules' | 'approvals' | 'requestedBy'>): Promise<readonly RuleQuorum[]>
  /** Whether the actor is a full member, which is all that personal settings need. */
  authorizeMember(actor: Actor, verb: string): Promise<Authorization>
  /** Why the actor may not read; null when they may. Full members may. */
  refuseReading(actor: Actor, question: string): Promise<Refusal | null>
}

export interface AuthorizerOptions {
  readonly people: People
  /** The current configuration, not the one a release was cut with. */
  readonly configuration: () => Configuration
  readonly now: () => Date
}

export function createAuthorizer(options: AuthorizerOptions): Authorizer {
  return {
    authorize: (actor, verb, on) => authorize(options, actor, { verb, on }),
    whoMay: async (verb, on) => (await holdersOf(options, rolesFor(on.app, verb, on.environment))).people,
    standing: async ({ rules, approvals }) => {
      const standings = await Promise.all(
        approvals.map(({ user, counts }) =>
          standingOf(
            options,
            user,
            rules.filter((_, index) => counts.includes(index)),
          ),
        ),
      )
      const known = standings.filter((standing) => standing !== null)
      return known.length < approvals.length ? null : known
    },
    quorum: (facts) => findQuorum(options, facts),
    authorizeMember: async (actor, verb) => {
      const member = await findMember(options, actor, verb)
      if (member.kind === 'denied') return member
      const held = await heldRoles(options, member.person)
      return { kind: 'allowed', evidence: evidenceOf(options, member.person, held.roles) }
    },
    refuseReading: async (actor, question) => {
      const member = await findMember(options, actor, question)
      return member.kind === 'denied' ? member.refusal : null
    },
  }
}

interface VerbUse {
  readonly verb: ProtectedVerb
  readonly on: AuthorizedObject
}

async function authorize(
  options: AuthorizerOptions,
  actor: Actor,
  { verb, on }: VerbUse,
): Promise<Authorization> {
  const member = await findMember(options, actor, verb)
  if (member.kind === 'denied') return member
  const needed = rolesFor(on.app, verb, on.environment)
  const held = await heldRoles(options, member.person)
  if (needed.some((role) => held.roles.includes(role))) {
    return { kind: 'allowed', evidence: evidenceOf(options, member.person, held.roles) }
  }
  const unclear = needed.find((role) => held.unclear.includes(role))
  if (unclear !== undefined) {
    return { kind: 'denied', refusal: { code: 'lookup-failed', what: `who is in ${unclear}` } }
  }
  const holders = await holdersOf(options, needed)
  return { kind: 'denied', refusal: { code: 'not-permitted', verb, roles: needed, ...holders } }
}

type Member =
  | { readonly kind: 'member'; readonly person: Person }
  | { readonly kind: 'denied'; readonly refusal: Refusal }

async function findMember({ people }: AuthorizerOptions, actor: Actor, verb: string): Promise<Member> {
  const person = await people.person(actor.user)
  if (person === null) return { kind: 'denied', refusal: { code: 'lookup-failed', what: 'who you are' } }
  if (person.kind !== 'member') return { kind: 'denied', refusal: { code: 'not-a-member', verb } }
  return { kind: 'member', person }
}

type Standing = NonNullable<ActorSnapshot['earlier']>[number]

/** Null: unknown whether they may still approve under one of these rules. */
async function standingOf(
  options: AuthorizerOptions,
  user: UserId,
  rules: ApprovalFacts['rules'],
): Promise<Standing | null> {
  const person = await options.people.person(user)
  if (person === null) return null
  if (person.kind !== 'member') return { user, roles: [] }
  const { roles, unclear } = await heldRoles(options, person)
  const isUnclear = rules.some(
    ({ from }) => !from.some((role) => roles.includes(role)) && from.some((role) => unclear.includes(role)),
  )
  return isUnclear ? null : { user, roles }
}

interface HeldRoles {
  readonly roles: readonly string[]
  /** Roles for which the membership of the person could not be determined. */
  readonly unclear: readonly string[]
}

async function heldRoles({ people, configuration }: AuthorizerOptions, { user }: Person): Promise<HeldRoles> {
  const standing = await Promise.all(
    configuration().roles.map(async (role) => ({ role: role.name, holds: await holds(people, role, user) })),
  )
  return {
    roles: standing.flatMap(({ role, holds: sure }) => (sure === true ? [role] : [])),
    unclear: standing.flatMap(({ role, holds: sure }) => (sure === null ? [role] : [])),
  }
}

/** Null: one of the role's groups could not be looked up. */
async function holds(people: People, role: RoleDefinition, user: UserId): Promise<boolean | null> {
  if (role.users.includes(user)) return true
  const groups = await Promise.all(role.groups.map((group) => people.groupMembers(group)))
  if (groups.some((members) => isGroup(members) && members.includes(user))) return true
  return groups.includes(null) ? null : false
}

type Members = Awaited<ReturnType<People['groupMembers']>>

const isGroup = (members: Members): members is readonly UserId[] => Array.isArray(members)

/** The holders of these roles, and the groups that contribute nobody. */
interface Holders {
  readonly people: readonly UserId[]
  readonly unknownGroups: readonly string[]
  readonly emptyGroups: readonly string[]
}

/** Whom to ask instead, without people who left. */
async function holdersOf(
  { people, configuration }: AuthorizerOptions,
  roles: readonly string[],
): Promise<Holders> {
  const definitions = roles.flatMap((name) => findRole(configuration(), name) ?? [])
  const handles = [...new Set(definitions.flatMap((role) => role.groups))]
  const groups = await Promise.all(
    handles.map(async (handle) => ({ handle, members: await people.groupMembers(handle) })),
  )
  const here = await stillHere(people, [
    ...new Set([
      ...definitions.flatMap((role) => role.users),
      ...groups.flatMap(({ members }) => (isGroup(members) ? members : [])),
    ]),
  ])
  const isEmpty = (members: Members): boolean =>
    isGroup(members) && !members.some((user) => here.includes(user))
  return {
    people: here,
    unknownGroups: groups.flatMap(({ handle, members }) => (members === 'no-such-group' ? [handle] : [])),
    emptyGroups: groups.flatMap(({ handle, members }) => (isEmpty(members) ? [handle] : [])),
  }
}

function evidenceOf(
  { now }: AuthorizerOptions,
  { user, email, timezone, name }: Person,
  roles: readonly string[],
): ActorSnapshot {
  return { user, roles, email, timezone, name, at: now().toISOString() }
}
