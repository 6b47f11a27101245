import type { AppDefinition } from '../../../domain/pipeline.js'
import type { Verb } from '../../../domain/verbs.js'
import type { ReleaseView } from '../../../domain/views.js'
import { context, section } from '../blocks.js'
import { situationOf } from '../card/situation.js'
import type { Message } from '../message.js'
import { copyable } from '../refusals/refusal-words.js'
import { examplesAsHere } from './examples.js'
import { topicNames } from './help-topics.js'

export interface HelpContext {
  readonly command: string
  /** The channel's app, for examples that can be copied unchanged. */
  readonly app: AppDefinition | null
  /** Open releases of that app, newest first. */
  readonly open: readonly ReleaseView[]
}

/** All verbs, grouped by purpose, each job with one example. */
export const jobs: readonly {
  readonly job: string
  readonly example: string
  readonly verbs: readonly Verb[]
}[] = [
  {
    job: 'Cut a release',
    example: 'cut shop "Summer sale"',
    verbs: ['cut', 'draft', 'edit', 'notes', 'roadmap', 'train'],
  },
  {
    job: 'Move it up',
    example: 'promote shop 2026.11.3 to staging',
    verbs: ['promote', 'cherry-pick', 'build', 'tag', 'on-trunk'],
  },
  {
    job: 'Decide',
    example: 'accept shop 2026.11.3 staging',
    verbs: ['approve', 'accept', 'reject', 'checklist', 'delete'],
  },
  {
    job: 'Go back, mend',
    example: 'rollback shop production',
    verbs: ['rollback', 'retry', 'skip', 'abort'],
  },
  {
    job: 'See what runs',
    example: 'where shop',
    verbs: ['where', 'status', 'list', 'diff', 'history', 'metrics'],
  },
  { job: 'Find what blocks', example: 'why shop 2026.11.3', verbs: ['why', 'plan'] },
  {
    job: 'Close an environment',
    example: 'lock staging for 2h: demo',
    verbs: ['lock', 'unlock', 'pause', 'resume', 'freeze', 'thaw'],
  },
  { job: 'Environments, previews', example: 'env list', verbs: ['env'] },
  { job: 'For yourself', example: 'mute', verbs: ['mute', 'help'] },
]

/** What can be done now, then the verbs by job. */
export function helpMessage({ command, app, open }: HelpContext): Message {
  const now = open.slice(0, 3).map((view) => {
    const { emoji, words } = situationOf(view)
    return `${emoji} ${view.version ?? 'draft'} — ${words}: ${copyable(`${command} status ${view.app} ${view.version ?? ''}`.trim())}`
  })
  const more = open.length - now.length
  const lines = jobs.map(({ job, example, verbs }) => {
    const [shown = example] = examplesAsHere([example], { app, open })
    return `*${job}* ${copyable(`${command} ${shown}`)}\n${verbs.join(' · ')}`
  })
  const topics = topicNames.map((topic) => copyable(`${command} help ${topic}`)).join(', ')
  return {
    text: `With ${command} you cut releases, promote, approve, accept and roll back.`,
    blocks: [
      ...(now.length === 0
        ? []
        : [
            section(
              [
                '*You can now*',
                ...now,
                ...(more > 0 ? [`…and ${more} more: ${copyable(`${command} list`)}`] : []),
              ].join('\n'),
            ),
          ]),
      section(lines.join('\n')),
      context(`How one is written, with its flags: ${copyable(`${command} help promote`)}. Also ${topics}.`),
    ],
  }
}
