import { code, date, mention, outside } from '../escape.js'
import { mrkdwn } from '../markup.js'
import { capWords, neededWords, pullWords } from '../words/environment-words.js'
import { setupNeedWords, teardownWords } from '../words/failure-words.js'
import { copyable, listed, type RefusalTexts } from './refusal-words.js'

/** Refusals about the lifecycle of releases and environments, and about Slipway itself. */
export const lifecycleTexts: RefusalTexts<
  | 'linked'
  | 'delete-unconfirmed'
  | 'not-a-draft'
  | 'waits-in-circle'
  | 'release-ended'
  | 'setup-required'
  | 'setup-needs-approval'
  | 'no-setup-stage'
  | 'no-build'
  | 'permanent'
  | 'extension-cap'
  | 'teardown-needs-confirmation'
  | 'teardown-needs-name'
  | 'teardown-asked'
  | 'no-teardown-asked'
  | 'rebuild-needs-confirmation'
  | 'tearing-down'
  | 'teardown-failed'
  | 'gone'
  | 'not-supported'
  | 'no-previews'
  | 'no-preview-of-pull-request'
  | 'not-recorded'
  | 'unavailable'
  | 'fault'
> = {
  linked: ({ environments }, { command }) => ({
    didNot: 'delete it',
    because: `🔒 It is linked to ${listed(environments)}: what reached a later environment is kept for ever, also after a rollback.`,
    next: `See the links: ${copyable(`${command} status`)}`,
  }),
  'delete-unconfirmed': ({ app, name, drafted, runsIn }, { command }) => ({
    didNot: `delete ${code(name, 80)} yet`,
    because: drafted
      ? 'It is a draft: what was planned of it goes too.'
      : `${runsIn.length === 0 ? 'It runs nowhere.' : `It is what runs in ${listed(runsIn)}, which goes on running it.`} Its version stays taken, and this cannot be undone.`,
    next: `If it is meant, press below${drafted ? '' : ` or add \`--yes\`: ${copyable(`${command} delete ${app} ${name} --yes`)}`}`,
  }),
  'not-a-draft': ({ state }) => ({
    didNot: 'edit it',
    because: `Only a draft can be edited; this release is ${outside(state.replaceAll('_', ' '), 40)}.`,
    next: 'Its title and description stay as they were cut.',
  }),
  'waits-in-circle': ({ name }, { command }) => ({
    didNot: 'let it wait for that',
    because: `${outside(name, 80)} waits for this release itself, so neither could ever go first.`,
    next: `See who waits for whom: ${copyable(`${command} roadmap`)}`,
  }),
  'release-ended': ({ state }, { command }) => ({
    didNot: 'do anything',
    because: `The release is ${outside(state, 40)}.`,
    next: `See which are open: ${copyable(`${command} list`)}`,
  }),
  'setup-required': ({ app, environment, because, promotion }, { command }) => ({
    didNot:
      promotion === null
        ? `patch ${environment}`
        : `promote ${code(promotion.candidate, 60)} to ${environment}`,
    because: `${environment} needs a setup first: ${setupNeedWords(because)}. Nothing was queued or touched.`,
    next:
      promotion === null
        ? `Set it up: ${copyable(`${command} env rebuild ${environment}`)}`
        : `Set it up with this candidate: ${copyable(`${command} promote ${app} ${promotion.candidate} to ${environment} --setup`)}${
            because === 'variables' ? ', or with what runs there: Rebuild' : ''
          }`,
  }),
  'setup-needs-approval': ({ app, environment, because, promotion }, { command }) => ({
    didNot: `set ${environment} up`,
    because: `That would change it: ${setupNeedWords(because)}. What changes ${environment} passes its approval. Nothing was queued or touched.`,
    next:
      promotion === null
        ? `Promote a release to it: ${copyable(`${command} promote ${app} to ${environment} --setup`)}`
        : `Promote what runs there with a setup, which asks for the approvals: ${copyable(`${command} promote ${app} ${promotion.candidate} to ${environment} --setup`)}`,
  }),
  'no-build': ({ environment }, { command }) => ({
    didNot: `touch ${environment}`,
    because: 'There is no finished build to put there.',
    next: `Cut one first: ${copyable(`${command} cut "title"`)}`,
  }),
  permanent: ({ environment }, { command }) => ({
    didNot: `change the expiry of ${environment}`,
    because: `${environment} is permanent: it never expires.`,
    next: `To tear it down all the same: ${copyable(`${command} env teardown ${environment}`)}`,
  }),
  'extension-cap': ({ environment, cap }, { command }) => ({
    didNot: `extend ${environment}`,
    because: `It can't be extended any further: ${capWords(cap)}.`,
    next: `Create a new one: ${copyable(`${command} env create <name>`)}`,
  }),
  'teardown-needs-confirmation': ({ app, environment, needs }, { command }) => ({
    didNot: `tear down ${environment}`,
    because: `Something still needs it: ${neededWords(needs, mrkdwn)}.`,
    next: `If it is meant, press below or add \`--yes\`: ${copyable(`${command} env teardown ${environment} --app ${app} --yes`)}`,
  }),
  'teardown-needs-name': ({ environment, typed }, { command }) => ({
    didNot: `tear down ${environment}`,
    because:
      typed === null
        ? `${environment} is permanent: nothing that can be pasted takes it away.`
        : `${environment} is permanent, and “${outside(typed, 40)}” is not its name.`,
    next: `Type its name in the form: ${copyable(`${command} env teardown ${environment}`)}`,
  }),
  'teardown-asked': ({ environment, by, at }, { command }) => ({
    didNot: 'ask again',
    because: `${mention(by)} asked for the teardown of ${environment} already, ${date(at)}.`,
    next: `Approve it: ${copyable(`${command} env approve ${environment}`)}, or stop it: ${copyable(`${command} env stop ${environment}`)}`,
  }),
  'no-teardown-asked': ({ environment, announced }, { command }) => ({
    didNot: 'count anything',
    because: announced
      ? `The teardown of ${environment} is approved already, and announced.`
      : `Nobody asks for the teardown of ${environment}.`,
    next: announced
      ? `Stop it: ${copyable(`${command} env stop ${environment}`)}`
      : `See how it stands: ${copyable(`${command} env show ${environment}`)}`,
  }),
  'rebuild-needs-confirmation': ({ app, environment, runs }, { command }) => ({
    didNot: `rebuild ${environment}`,
    because: `${environment} is permanent, and ${outside(runs, 80)} is there. Its setup runs anew: what it makes from scratch loses what is stored in it.`,
    next: `If you mean it: ${copyable(`${command} env rebuild ${app} ${environment} --yes`)}. To put the code there again without a setup: ${copyable(`${command} env patch ${environment}`)}`,
  }),
  'tearing-down': ({ environment }, { command }) => ({
    didNot: `use ${environment}`,
    because: `${environment} is being torn down.`,
    next: `Wait for the end: ${copyable(`${command} env list`)}`,
  }),
  'teardown-failed': ({ environment, failure }, { command }) => ({
    didNot: `keep ${environment}`,
    because: `Its teardown began and failed, so only a part of it may be left: ${failure === null ? 'it did not say why' : teardownWords(failure, mrkdwn)}.`,
    next: `Try the teardown again: ${copyable(`${command} env teardown ${environment}`)}, or set it up again: ${copyable(`${command} env rebuild ${environment}`)}`,
  }),
  gone: ({ environment }, { command }) => ({
    didNot: `use ${environment}`,
    because: `${environment} was torn down and is gone.`,
    next: `Create it again: ${copyable(`${command} env create ${environment}`)}`,
  }),
  'no-setup-stage': ({ environment }, { command }) => ({
    didNot: `rebuild ${environment}`,
    because: `${environment} has no setup stage, so there is nothing to set up again.`,
    next: `Patch it instead: ${copyable(`${command} env patch ${environment}`)}`,
  }),
  'not-supported': ({ what }, { command }) => ({
    didNot: 'do anything',
    because: `This is not supported: ${outside(what, 150)}`,
    next: `See what is: ${copyable(`${command} help`)}`,
  }),
  'no-previews': () => ({
    didNot: 'create a preview',
    because: 'This app has no `previews` configured.',
    next: 'Add `previews` to `slipway.yaml`.',
  }),
  'no-preview-of-pull-request': ({ text, problem }, { command }) => ({
    didNot: `create a preview of ${outside(text, 20)}`,
    because: `I can’t show it: ${pullWords(problem, mrkdwn)}.`,
    next: `Name a branch of the app’s own repository: ${copyable(`${command} env create <name> from <branch>`)}`,
  }),
  'not-recorded': () => ({
    didNot: 'record that',
    because: 'My database did not answer in time. Nothing was started.',
    next: 'Try again.',
  }),
  unavailable: ({ what }) => ({
    didNot: 'do anything',
    because: `${outside(what, 100)} does not answer.`,
    next: 'Try again in a minute.',
  }),
  fault: ({ errorId }) => ({
    didNot: 'do anything',
    because: 'Slipway failed at it, and nothing was changed. Everything else goes on.',
    next: `Ask whoever runs Slipway to look for ${code(errorId)} in its log.`,
  }),
}
