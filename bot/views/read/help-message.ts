import { type Verb, verbNames } from '../../../domain/verbs.js'
import type { ReleaseView } from '../../../domain/views.js'
import { context, section } from '../blocks.js'
import { situationOf } from '../card/situation.js'
import type { Message } from '../message.js'
import { copyable } from '../refusals/refusal-words.js'

export interface HelpContext {
  readonly command: string
  /** The channel's app, for examples that can be copied as they are. */
  readonly app: string | null
  /** Open releases of that app, newest first. */
  readonly open: readonly ReleaseView[]
}

/** The verbs that the message names otherwise, itself among them. */
const mentioned: readonly Verb[] = [
  'cut',
  'promote',
  'approve',
  'accept',
  'rollback',
  'status',
  'where',
  'why',
  'lock',
  'help',
]

/** What one can do now, then the verbs by job. */
export function helpMessage({ command, app, open }: HelpContext): Message {
  const now = open.slice(0, 3).map((view) => {
    const { emoji, words } = situationOf(view)
    return `${emoji} ${view.version ?? 'draft'} — ${words}: ${copyable(`${command} status ${view.app} ${view.version ?? ''}`.trim())}`
  })
  const name = app ?? '<app>'
  const verbs = [
    ['Cut a release', `${command} cut ${name} "Summer sale" --from main`],
    ['Move it up', `${command} promote ${name} rc.1 to staging`],
    ['Decide', `${command} accept ${name} rc.1 staging`],
    ['Go back', `${command} rollback ${name} on production`],
    ['See what runs', `${command} where ${name}`],
    ['Find what blocks', `${command} why ${name} rc.1`],
    ['Close an environment', `${command} lock staging for 2h: demo`],
  ] as const
  return {
    text: `With ${command} you cut releases, promote, approve, accept and roll back.`,
    blocks: [
      ...(now.length === 0 ? [] : [section(['*You can now*', ...now].join('\n'))]),
      section(verbs.map(([job, example]) => `*${job}* ${copyable(example)}`).join('\n')),
      context(`Also: ${verbNames.filter((verb) => !mentioned.includes(verb)).join(' ')}`),
    ],
  }
}
