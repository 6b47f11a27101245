/** The build of one commit: its result, its failures, where it was deployed, and what can be done with it. */
import type { KnownBlock } from '@slack/types'
import type { FailedTest } from '../../../domain/build-failure.js'
import { sayDuration } from '../../../domain/durations.js'
import { SLIPWAY, shortCommit } from '../../../domain/identifiers.js'
import { type AppDefinition, isFirstLevel } from '../../../domain/pipeline.js'
import type { BuildView } from '../../../domain/views.js'
import { actionRows, button, section } from '../blocks.js'
import { type ButtonTarget, buttonId } from '../button-target.js'
import { code, date, link, mention, outside } from '../escape.js'
import { marks } from '../marks.js'
import type { MessageWithButtons } from '../message.js'
import { deploymentWords, type StatusWord, says } from '../status-words.js'
import { codeBlock } from './log-message.js'

const words: Readonly<Record<BuildView['state'], StatusWord>> = {
  running: { emoji: marks.building, word: 'building' },
  succeeded: { emoji: marks.good, word: 'built' },
  failed: { emoji: marks.failed, word: 'build failed' },
}
const MOST = 6

export interface BuildOptions {
  readonly app: AppDefinition
  readonly command: string
  /** The URL of its log; null when there is none that a reader could open. */
  readonly logUrl: string | null
}

/** The answer to `status <commit>`. */
export function buildMessage(build: BuildView, options: BuildOptions): MessageWithButtons {
  const { app, commit, state } = build
  const drawn = offered(build, options).map(({ label, says: spoken, target }) => ({
    target,
    element: button({ verb: target.verb, label, says: spoken, value: buttonId(target) }),
  }))
  const title = `The build of ${app} ${shortCommit(commit)}: ${words[state].word}.`
  const blocks: KnownBlock[] = [
    section([`*${app}* ${code(commit)} ${says(words[state])}`, ...factLines(build, options)].join('\n')),
    ...failureBlocks(build),
    ...actionRows(drawn.map(({ element }) => element)),
  ]
  return { text: title, blocks, buttons: drawn.map(({ target }) => target) }
}

function factLines(build: BuildView, { logUrl }: BuildOptions): string[] {
  const { artifactDigest, artifactReference, run, startedAt, finishedAt, candidates, deployments } = build
  const took = finishedAt === null ? null : Date.parse(finishedAt) - Date.parse(startedAt)
  const when = `${date(startedAt)}${took === null || run > 1 ? '' : `, took ${sayDuration(Math.max(1_000, took))}`}`
  const runs = run === 1 ? '' : ` · run ${run}`
  return [
    `*Started* ${when}${runs}${logUrl === null ? '' : ` · ${link(logUrl, 'Show log')}`}`,
    ...(artifactDigest === null ? [] : [`*Artifact* ${code(artifactDigest, 80)}`]),
    ...(artifactReference === null ? [] : [`*Reference* ${code(artifactReference, 160)}`]),
    `*Asked for* ${askedFor(build)}`,
    ...(candidates.length === 0
      ? []
      : [
          `*Candidates* ${candidates
            .slice(0, MOST)
            .map(({ name }) => name)
            .join(', ')}`,
        ]),
    ...(deployments.length === 0
      ? ['*Deployed* nowhere yet']
      : [
          `*Deployed* ${deployments
            .slice(0, MOST)
            .map(
              ({ environment, state, at }) => `${environment} ${says(deploymentWords[state])} · ${date(at)}`,
            )
            .join('; ')}`,
        ]),
  ]
}

/** Git knows who pushed it; this shows who cut it or deployed it manually. */
function askedFor({ branch, candidates, deployments }: BuildView): string {
  const people = [...candidates, ...deployments]
    .map(({ requestedBy }) => requestedBy)
    .filter((user) => user !== SLIPWAY)
  const by = [...new Set(people)].slice(0, MOST).map(mention)
  const push = branch === null ? [] : [`by a push to ${code(branch, 80)}`]
  return [...push, ...(by.length === 0 ? [] : [`by ${by.join(', ')}`])].join(', ') || 'by a push'
}

function failureBlocks({ state, failedTests, tail }: BuildView): KnownBlock[] {
  if (state !== 'failed') return []
  const tests = failedTestLines(failedTests, MOST)
  return [
    ...(tests.length === 0 ? [] : [section([`*What failed*`, ...tests].join('\n'))]),
    ...(tail.trim() === '' ? [] : [section(codeBlock(tail, 1_800))]),
  ]
}

/** One line per failed test; empty when none are known. */
export function failedTestLines(tests: readonly FailedTest[], most: number): string[] {
  const more = tests.length - most
  return [
    ...tests
      .slice(0, most)
      .map(
        ({ name, message }) => `• ${outside(name, 120)}${message === '' ? '' : ` — ${code(message, 160)}`}`,
      ),
    ...(more > 0 ? [`• …and ${more} more`] : []),
  ]
}

interface Offered {
  readonly label: string
  readonly says: string
  readonly target: ButtonTarget
}

/** Only what is allowed: above the first level, only releases are deployed. */
function offered(
  { app: name, commit, state, candidates }: BuildView,
  { app, logUrl }: BuildOptions,
): Offered[] {
  const short = shortCommit(commit)
  const open = candidates.find(({ releaseState }) => releaseState === 'open')
  const places = app.environments.filter((one) => isFirstLevel(one) && one.mode === 'continuous').slice(0, 3)
  const patch = (environment: (typeof places)[number], label: string): Offered => ({
    label,
    says: `${label}: commit ${short}`,
    target: { verb: 'env-patch', app: name, environment: environment.name, argument: commit },
  })
  const log: Offered = {
    label: 'Show log',
    says: `Show the log of the build of ${short}`,
    target: { verb: 'log', app: name, argument: commit },
  }
  const [first] = places
  const again: Offered[] =
    open !== undefined
      ? [
          {
            label: 'Retry build',
            says: `Retry the build of ${open.name}`,
            target: { verb: 'retry', app: name, releaseId: open.releaseId, candidate: open.number },
          },
        ]
      : first === undefined
        ? []
        : [patch(first, 'Retry build')]
  const cut: Offered = {
    label: 'Cut a release of it…',
    says: `Cut a release of commit ${short}`,
    target: { verb: 'cut', app: name, argument: commit },
  }
  return [
    ...(state === 'succeeded' ? places.map((one) => patch(one, `Deploy to ${one.name}`)) : []),
    ...(state === 'failed' ? again : []),
    ...(logUrl === null ? [log] : []),
    ...(state === 'succeeded' ? [cut] : []),
  ]
}
