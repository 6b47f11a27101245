/** `tag`: pushes a release's tags again that are missing from its repository. */

import type { IntentOf } from '../../domain/intent.js'
import type { Outcome } from '../../domain/refusal.js'
import type { AppArguments } from '../commands/arguments.js'
import { orderFor, type ParsedCommand, problem } from '../commands/parsed-command.js'
import { releaseAndEnvironment } from '../commands/release-and-environment.js'
import { appFlags, syntax } from '../commands/syntax.js'
import { askRelease } from '../orders/ask-release.js'
import type { Handling } from '../orders/handling.js'
import { appOf, permitted, releaseOf } from '../orders/resolve.js'
import { releaseOf as releaseOfButton } from '../views/button-target.js'
import { code } from '../views/escape.js'
import { listed } from '../views/listed.js'
import { marks } from '../views/marks.js'
import { orders } from './common/buttons.js'
import { command } from './common/command.js'
import { releaseName } from './common/command-words.js'
import { releaseKey } from './common/workflow-keys.js'

export const tag = command('tag', {
  usage: { does: 'tries again to push the tags of a release', examples: ['tag shop 2026.11.3'] },
  syntax: syntax(['of', 'on', 'in'], appFlags),
  read: readTag,
  buttons: {
    tag: orders((target) => {
      const release = releaseOfButton(target)
      return release && { kind: 'tag', app: target.app, release }
    }),
  },
  orders: {
    tag: {
      write: ({ app, release }) => ['tag', app, releaseName(release)],
      workflowKey: ({ app, release }) => releaseKey(app, release),
      addIds: (draft) => draft,
      handle: handleTag,
    },
  },
  done: {
    tagging: ({ tags }) =>
      `${marks.tagged} Pushing ${listed(
        tags.map((name) => code(name, 60)),
        5,
      )} again; the card shows what becomes of it.`,
  },
  refusals: {
    'tags-pushed': () => ({
      didNot: 'push anything',
      because: 'Every tag of this release is in the repository already.',
      next: 'Nothing needs to be done.',
    }),
  },
})

/** `tag shop 2026.11.3`. */
function readTag(args: AppArguments): ParsedCommand<never> {
  const sorted = releaseAndEnvironment(args, { release: true, environment: false })
  if (sorted.kind !== 'sorted') return problem(sorted)
  const { release } = sorted
  return release === null
    ? problem({ kind: 'incomplete', verb: args.verb })
    : orderFor({ kind: 'tag', app: args.app.name, release })
}

/** G.3. */
async function handleTag(handling: Handling<IntentOf<'tag'>>): Promise<Outcome> {
  const { intent } = handling
  const app = appOf(handling, intent.app)
  const by = await permitted(handling, 'tag', { app, environment: null })
  const { releaseId } = await releaseOf(handling, app.name, intent.release)
  return askRelease(handling, { app: app.name, release: releaseId }, { verb: 'tag-again', order: by })
}
