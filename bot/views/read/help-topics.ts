/** Help texts for topics that are not verbs. */
import { sayDuration } from '../../../domain/durations.js'
import { rolesFor } from '../../../domain/permissions.js'
import type { AppDefinition, EnvironmentDefinition } from '../../../domain/pipeline.js'
import { protectedVerbs } from '../../../domain/verbs.js'
import { context, header, section } from '../blocks.js'
import { outside } from '../escape.js'
import type { Message } from '../message.js'
import { copyable } from '../refusals/refusal-words.js'

/** Each topic with its synonyms. */
const topics = {
  hotfix: ['hotfixes', 'emergency'],
  roles: ['role', 'permissions', 'permission', 'who'],
  gates: ['gate', 'approvals', 'acceptance', 'environments', 'pipeline'],
} as const

type Topic = keyof typeof topics

const isTopic = (name: string): name is Topic => Object.hasOwn(topics, name)

export const topicNames: readonly Topic[] = Object.keys(topics).filter(isTopic)

/** The topic that a word names; `null` when it names none. */
export function findTopic(word: string): Topic | null {
  return topicNames.find((name) => name === word || topics[name].some((other) => other === word)) ?? null
}

export interface TopicFacts {
  readonly command: string
  /** The app to explain it for; null: no app is known, so the text is general. */
  readonly app: AppDefinition | null
}

/** The text of a topic, with the names of the app. */
export function topicMessage(topic: Topic, facts: TopicFacts): Message {
  switch (topic) {
    case 'hotfix':
      return hotfixHelp(facts)
    case 'roles':
      return facts.app === null ? whichApp(topic, facts) : rolesHelp(facts.app)
    case 'gates':
      return facts.app === null ? whichApp(topic, facts) : gatesHelp(facts.app, facts.command)
    default:
      return topic satisfies never
  }
}

function hotfixHelp({ command, app }: TopicFacts): Message {
  const name = app?.name ?? '<app>'
  const last = app?.environments.at(-1)?.name ?? 'production'
  const text = `A hotfix is cut from what runs in ${last}, without what came to trunk since.`
  const steps = [
    `1. ${copyable(`${command} hotfix ${name} #4812`)} cuts it from the commit that runs in ${last}, picks the fix onto it and builds that. The fix is a pull request or a commit that is on trunk; without one, a form offers the newest. A conflict waits on its card, as after any pick.`,
    `2. Its card has a button for each next step up to ${last}; ${copyable(`${command} promote ${name} latest to ${last}`)} asks for it by words. Its type says which approvals and soak times it may skip.`,
  ]
  return {
    text,
    blocks: [
      section(`*hotfix* ${text}`),
      section(steps.join('\n')),
      context('Put the fix onto trunk too: a card says for as long as it is not there.'),
    ],
  }
}

function whichApp(topic: Topic, { command }: TopicFacts): Message {
  const text = `Say of which app: ${copyable(`${command} help ${topic} --app shop`)}, or ask in its channel.`
  return { text, blocks: [section(text)] }
}

const named = (roles: readonly string[]): string =>
  roles.length === 0 ? 'nobody' : roles.map((role) => outside(role, 40)).join(', ')

function rolesHelp(app: AppDefinition): Message {
  const byRoles = new Map<string, string[]>()
  for (const verb of protectedVerbs) {
    if (verb === 'approve' || verb === 'accept' || verb === 'reject') continue
    const roles = named(rolesFor(app, verb, null))
    byRoles.set(roles, [...(byRoles.get(roles) ?? []), verb])
  }
  return {
    text: `Who may do what with ${app.name}.`,
    blocks: [
      header(`Who may do what with ${app.name}`),
      section([...byRoles].map(([roles, verbs]) => `*${roles}* ${verbs.join(', ')}`).join('\n')),
      section(
        app.environments
          .map((one) => `*${one.name}* approved by ${approvers(one)}, accepted by ${acceptors(app, one)}`)
          .join('\n'),
      ),
      context(
        'Everybody who is a full member may ask. The roles and who is in them stand in `slipway.yaml`.',
      ),
    ],
  }
}

const approvers = ({ approve }: EnvironmentDefinition): string =>
  approve.length === 0
    ? 'nobody: it needs no approval'
    : approve
        .map(({ from, count, fourEyes }) => `${count} of ${named(from)}${fourEyes ? ', not who asked' : ''}`)
        .join(' and ')

function gatesHelp(app: AppDefinition, command: string): Message {
  return {
    text: `What has to happen before ${app.name} goes where.`,
    blocks: [
      header(`The gates of ${app.name}`),
      ...app.environments.map((one) =>
        section(
          `*${one.name}*\n${gatesOf(app, one)
            .map((line) => `• ${line}`)
            .join('\n')}`,
        ),
      ),
      context(
        `A type of release may have fewer. Of one candidate: ${copyable(`${command} plan ${app.name} latest`)}`,
      ),
    ],
  }
}

function gatesOf(app: AppDefinition, one: EnvironmentDefinition): readonly string[] {
  const items = app.checklist.filter(({ before }) => before === one.name).map(({ item }) => item)
  return [
    ...(one.level === 0 ? [] : ['accepted in the environments below']),
    ...(one.approve.length === 0 ? [] : [`approved by ${approvers(one)}`]),
    ...(items.length === 0 ? [] : [`ticked: ${items.map((item) => outside(item, 60)).join(', ')}`]),
    ...(one.soakMs > 0 ? [`soaks ${sayDuration(one.soakMs)}`] : []),
    ...(one.windows.length === 0
      ? []
      : [`open in its windows: ${one.windows.map(({ reason }) => outside(reason, 60)).join(', ')}`]),
    ...(one.change === null ? [] : [`a change ticket is linked like ${outside(one.change.pattern, 60)}`]),
    `then deployed, and accepted by ${acceptors(app, one)}`,
  ]
}

const acceptors = (app: AppDefinition, one: EnvironmentDefinition): string =>
  one.accept === null && one.mode === 'continuous' ? 'its passing check' : named(rolesFor(app, 'accept', one))
