/** `build`: a person's permission to build the head of a pull request, also one from a fork. */
import { type CommitSha, parseCommitSha, shortCommit } from '../../domain/identifiers.js'
import type { BuildIntent } from '../../domain/intent.js'
import type { Outcome } from '../../domain/refusal.js'
import type { AppArguments } from '../commands/arguments.js'
import { orderFor, type ParsedCommand, problem } from '../commands/parsed-command.js'
import { appFlags, syntax } from '../commands/syntax.js'
import type { Handling } from '../orders/handling.js'
import { appOf, permitted } from '../orders/resolve.js'
import { code } from '../views/escape.js'
import { marks } from '../views/marks.js'
import { orders } from './common/buttons.js'
import { command } from './common/command.js'

export const build = command('build', {
  usage: {
    does: 'builds the head of a pull request, also of a fork',
    examples: ['build shop #17 9f3c1ab04e55d61c7b8f0a2e93d4c6b5a7081f2e'],
  },
  syntax: syntax(['of', 'on', 'in'], appFlags),
  read: readBuild,
  buttons: {
    build: orders(({ app, argument = '' }) => {
      const [number = '', commit = ''] = argument.split(' ')
      const head = readHead(number, commit)
      return head && { kind: 'build', app, ...head }
    }),
  },
  orders: {
    build: {
      write: ({ app, number, commit }) => ['build', app, `#${number}`, commit],
      workflowKey: ({ app, number }) => `pull/${app}/${number}`,
      addIds: (draft) => draft,
      handle: handleBuild,
    },
  },
  done: {
    'building-pull': ({ number, commit }) =>
      `${marks.building} Building ${code(shortCommit(commit), 64)} of #${number}; its check at the forge says what becomes of it.`,
  },
})

/** `build shop #17 <commit>`: builds the commit that was reviewed, whatever was pushed since. */
function readBuild(args: AppArguments): ParsedCommand<never> {
  const [number = '', commit = ''] = args.words.map(({ token }) => token.text)
  const head = readHead(number, commit)
  return head === null
    ? problem({ kind: 'incomplete', verb: args.verb })
    : orderFor({ kind: 'build', app: args.app.name, ...head })
}

function readHead(
  number: string,
  commit: string,
): { readonly number: number; readonly commit: CommitSha } | null {
  const [, digits] = /^#?(\d{1,9})$/.exec(number) ?? []
  const sha = parseCommitSha(commit)
  return digits === undefined || sha === null ? null : { number: Number(digits), commit: sha }
}

async function handleBuild(handling: Handling<BuildIntent>): Promise<Outcome> {
  const { intent, context, key } = handling
  const app = appOf(handling, intent.app)
  const { user } = await permitted(handling, 'build', { app, environment: null })
  const { number, commit } = intent
  return context.gateway.buildPull({ app, number, commit, title: '', author: '', fork: null, by: user }, key)
}
