/** `on-trunk`: checks again for picks missing on trunk, or accepts a person's word that one is there in another form. */

import { shortCommit } from '../../domain/identifiers.js'
import type { IntentOf } from '../../domain/intent.js'
import type { Outcome } from '../../domain/refusal.js'
import { type AppArguments, valueOf } from '../commands/arguments.js'
import { orderFor, type ParsedCommand, problem } from '../commands/parsed-command.js'
import { releaseAndEnvironment } from '../commands/release-and-environment.js'
import { appFlags, syntaxWithReason } from '../commands/syntax.js'
import { askRelease } from '../orders/ask-release.js'
import type { Handling } from '../orders/handling.js'
import { appOf, permitted, releaseOf } from '../orders/resolve.js'
import { releaseOf as releaseOfButton } from '../views/button-target.js'
import { code, outside } from '../views/escape.js'
import { marks } from '../views/marks.js'
import { orders } from './common/buttons.js'
import { command } from './common/command.js'
import { flag, releaseName } from './common/command-words.js'
import { releaseKey } from './common/workflow-keys.js'

export const onTrunk = command('on-trunk', {
  usage: {
    does: 'looks again for picks that trunk lacks, or takes your word that one is there in another form',
    examples: [
      'on-trunk shop 2026.11.3',
      'on-trunk shop 2026.11.3 --commit 9f3c1ab --reason "done another way in #12"',
    ],
  },
  syntax: syntaxWithReason(['of', 'on', 'in'], { ...appFlags, commit: 'value' }),
  read: readOnTrunk,
  buttons: {
    'on-trunk': orders((target) => {
      const release = releaseOfButton(target)
      return release && { kind: 'on-trunk', app: target.app, release, commit: null, reason: null }
    }),
  },
  orders: {
    'on-trunk': {
      write: ({ app, release, commit, reason }) => [
        ...['on-trunk', app, releaseName(release)],
        ...[flag('commit', commit), flag('reason', reason)],
      ],
      workflowKey: ({ app, release }) => releaseKey(app, release),
      addIds: (draft) => draft,
      handle: handleOnTrunk,
    },
  },
  done: {
    'looking-on-trunk': ({ trunk }) =>
      `${marks.repeated} Looking on ${code(trunk, 60)} again; the card shows what it still lacks.`,
    'pick-settled': ({ commit, trunk, left }) =>
      `${marks.good} Noted that ${code(trunk, 60)} has ${code(shortCommit(commit))} in another form${left === 0 ? '' : `; it still lacks ${left} more`}.`,
  },
  refusals: {
    'on-trunk-already': ({ trunk }) => ({
      didNot: 'look',
      because: `No pick of this release is known to be missing from ${outside(trunk, 60)}.`,
      next: 'Nothing needs to be done.',
    }),
    'not-off-trunk': ({ commit }) => ({
      didNot: 'note it',
      because: `${code(commit, 64)} names none, or more than one, of the picks that trunk lacks.`,
      next: 'Name one that `why` lists.',
    }),
  },
})

/** `on-trunk shop 2026.11.3 --commit 9f3c1ab --reason "done another way"`. */
function readOnTrunk(args: AppArguments): ParsedCommand<never> {
  const sorted = releaseAndEnvironment(args, { release: true, environment: false })
  if (sorted.kind !== 'sorted') return problem(sorted)
  const { release } = sorted
  const commit = valueOf(args, 'commit')
  // Setting a check aside requires a reason.
  return release === null || (commit !== null && (args.reason ?? '').trim() === '')
    ? problem({ kind: 'incomplete', verb: args.verb })
    : orderFor({ kind: 'on-trunk', app: args.app.name, release, commit, reason: args.reason })
}

/** G.11. */
async function handleOnTrunk(handling: Handling<IntentOf<'on-trunk'>>): Promise<Outcome> {
  const { intent } = handling
  const app = appOf(handling, intent.app)
  const by = await permitted(handling, 'on-trunk', { app, environment: null })
  const { releaseId } = await releaseOf(handling, app.name, intent.release)
  const { commit, reason } = intent
  return askRelease(
    handling,
    { app: app.name, release: releaseId },
    { verb: 'on-trunk', order: { commit, reason, by } },
  )
}
