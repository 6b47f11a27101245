/** Checks whether enough people can still approve, by the current members of roles and groups. */
import { assignRules, rolesAsked, rulesOpenTo } from '../../domain/approval-rules.js'
import { type Configuration, findRole } from '../../domain/configuration.js'
import type { UserId } from '../../domain/identifiers.js'
import type { ApprovalRule } from '../../domain/pipeline.js'
import type { RuleQuorum } from '../../domain/reasons.js'
import type { ApprovalFacts } from '../../domain/record-details.js'
import type { People } from '../slack/people.js'
import { stillHere } from './still-here.js'

export interface QuorumNeeds {
  readonly people: People
  /** The current configuration, not the one a release was cut with. */
  readonly configuration: () => Configuration
}

/**
 * The rules that cannot currently be satisfied, and those that name a group unknown to Slack. When Slack did not answer, people
 * count as able: a rule is reported as impossible only when that is certain.
 */
export async function findQuorum(
  needs: QuorumNeeds,
  { rules, approvals, requestedBy }: Pick<ApprovalFacts, 'rules' | 'approvals' | 'requestedBy'>,
): Promise<readonly RuleQuorum[]> {
  const roles = await rolesNow(needs, rolesAsked(rules))
  if (roles === null) return []
  const able = await ableTo(needs, roles, approvals)
  const counts = [
    ...approvals.map((one) => one.counts),
    ...able.map((user) => rulesOpenTo(rules, { user, roles: heldBy(roles, user) }, requestedBy)),
  ]
  const places = assignRules(rules, counts)
  return rules.flatMap((rule, index) => {
    const quorum = quorumOf(rule, places.filter((place) => place === index).length, { roles, able })
    return quorum.able < quorum.need || quorum.unknownGroups.length > 0 ? [quorum] : []
  })
}

interface RoleNow {
  readonly name: string
  readonly people: readonly UserId[]
  readonly groups: readonly {
    readonly handle: string
    readonly members: readonly UserId[] | 'no-such-group'
  }[]
}

/** Null: a group could not be looked up. */
async function rolesNow(
  { people, configuration }: QuorumNeeds,
  names: readonly string[],
): Promise<readonly RoleNow[] | null> {
  const roles: RoleNow[] = []
  for (const name of names) {
    const { users = [], groups = [] } = findRole(configuration(), name) ?? {}
    const found: RoleNow['groups'][number][] = []
    for (const handle of groups) {
      const members = await people.groupMembers(handle)
      if (members === null) return null
      found.push({ handle, members })
    }
    const members = found.flatMap(({ members: all }) => (all === 'no-such-group' ? [] : all))
    roles.push({ name, people: [...new Set([...users, ...members])], groups: found })
  }
  return roles
}

const heldBy = (roles: readonly RoleNow[], user: UserId): readonly string[] =>
  roles.filter(({ people }) => people.includes(user)).map(({ name }) => name)

/** People in the roles who have not approved yet and are not known to have left. */
async function ableTo(
  { people }: QuorumNeeds,
  roles: readonly RoleNow[],
  approvals: ApprovalFacts['approvals'],
): Promise<readonly UserId[]> {
  const all = [...new Set(roles.flatMap((role) => role.people))].filter(
    (user) => !approvals.some((one) => one.user === user),
  )
  return stillHere(people, all)
}

function quorumOf(
  { from, count }: ApprovalRule,
  have: number,
  { roles, able }: { readonly roles: readonly RoleNow[]; readonly able: readonly UserId[] },
): RuleQuorum {
  const groups = roles.filter(({ name }) => from.includes(name)).flatMap((role) => role.groups)
  const isEmpty = (members: readonly UserId[] | 'no-such-group'): boolean =>
    members !== 'no-such-group' && !members.some((user) => able.includes(user))
  return {
    roles: from,
    need: count,
    able: have,
    unknownGroups: groups.filter(({ members }) => members === 'no-such-group').map(({ handle }) => handle),
    emptyGroups: groups.filter(({ members }) => isEmpty(members)).map(({ handle }) => handle),
  }
}
