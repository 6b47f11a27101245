/** `mute`, also called `watch`: chooses which changes a person is notified about. */

import type { IntentOf } from '../../domain/intent.js'
import { done, type Outcome } from '../../domain/refusal.js'
import { type Arguments, unknownApp } from '../commands/arguments.js'
import { orderFor, type ParsedCommand, problem, refused } from '../commands/parsed-command.js'
import { appFlags, syntax } from '../commands/syntax.js'
import { type Handling, Refused } from '../orders/handling.js'
import { appOf } from '../orders/resolve.js'
import { marks } from '../views/marks.js'
import { copyable } from '../views/refusals/refusal-words.js'
import { orders } from './common/buttons.js'
import { command } from './common/command.js'

type Level = IntentOf<'mute'>['level']

const levels: readonly Level[] = ['all', 'mine', 'none']
const levelOf = (text: string): Level | null => levels.find((level) => level === text) ?? null

export const mute = command('mute', {
  usage: { does: 'sets what you are told about', examples: ['mute shop', 'mute shop mine', 'watch shop'] },
  syntax: syntax(['of', 'for', 'in', 'on'], appFlags),
  read: readMute,
  buttons: {
    mute: orders(({ app, argument = 'none' }) => {
      const level = levelOf(argument)
      return level && { kind: 'mute', app, level }
    }),
  },
  orders: {
    mute: {
      write: ({ app, level }) => ['mute', app, level],
      workflowKey: (_, actor) => `mute/${actor}`,
      addIds: (draft) => draft,
      handle: handleMute,
    },
  },
  done: {
    muted: ({ level }, name) =>
      level === 'none'
        ? `${marks.muted} I no longer tell you when your changes reach an environment. Undo: ${copyable(`${name} watch`)}`
        : `${marks.told} I tell you when your changes reach an environment.`,
  },
})

/** `mute`, `mute shop mine`, `watch`. */
function readMute(args: Arguments): ParsedCommand<never> {
  let level: Level | null = null
  for (const { token } of args.words) {
    const wanted = levelOf(token.text.toLowerCase())
    if (level !== null || wanted === null) {
      return args.appNamed || level !== null
        ? problem({ kind: 'unexpected', text: token.text, verb: args.verb })
        : refused(unknownApp(token.text, args.context))
    }
    level = wanted
  }
  const usual = args.typed === 'watch' ? 'all' : 'none'
  return orderFor({ kind: 'mute', app: args.app?.name ?? null, level: level ?? usual })
}

/** U.11: people control only their own notifications, so any full member may. */
async function handleMute(handling: Handling<IntentOf<'mute'>>): Promise<Outcome> {
  const { intent, context, actor } = handling
  if (intent.app !== null) appOf(handling, intent.app)
  const answer = await context.authorizer.authorizeMember(actor, 'mute')
  if (answer.kind === 'denied') throw new Refused(answer.refusal)
  await context.saveMute(actor.user, intent)
  return done({ code: 'muted', level: intent.level })
}
