/** Answers questions from the database. Nothing here changes anything. */

import { unreachable } from '../../../domain/exhaustive.js'
import { type AppName, parseVersion } from '../../../domain/identifiers.js'
import type { Refusal } from '../../../domain/refusal.js'
import type { ReleaseView } from '../../../domain/views.js'
import type { ReadRequest } from '../../commands/parsed-command.js'
import { namesCommit } from '../../commands/release-words.js'
import type { Message } from '../../views/message.js'
import { findTopic, topicMessage } from '../../views/read/help-topics.js'
import {
  checklistMessage,
  deploymentLogMessage,
  helpMessage,
  LISTED,
  listMessage,
  statusMessage,
} from '../../views/read-views.js'
import type { ReadAnswer, Reading } from './answer.js'
import { answerBuild, answerBuildLog } from './answer-build.js'
import { explainRelease, type Named } from './answer-release.js'
import { where, withButtons } from './answer-where.js'

type OfRelease = Extract<ReadRequest, { readonly release: unknown }>

/** As many as a page may need, plus one to detect that there are more. */
const listedUpTo = ({ mine, page }: Extract<ReadRequest, { kind: 'list' }>): number =>
  mine ? 200 : page * LISTED + 1

const shown = (message: Message): ReadAnswer => ({ kind: 'shown', message })
const refuse = (refusal: Refusal): ReadAnswer => ({ kind: 'refused', refusal })

export async function answerHelp(
  { app: name, verb, about }: Extract<ReadRequest, { kind: 'help' }>,
  { reads, command, usage, cardOptions }: Reading,
): Promise<ReadAnswer> {
  const app = (name === null ? null : cardOptions(name).definition) ?? null
  const topic = about === null ? null : findTopic(about)
  if (verb === null && topic !== null) return shown(topicMessage(topic, { command, app }))
  const open = name === null ? [] : await reads.openReleases(name)
  if (verb === null) return shown(helpMessage({ command, app, open }))
  return shown(usage(verb, { app, open, about }))
}

/** Questions about one release: its status, its checklist, its blockers, its plan, and what is new in it. */
export async function answerAboutRelease(
  request: Exclude<OfRelease, { kind: 'history' | 'notes' }>,
  reading: Reading,
): Promise<ReadAnswer> {
  const asksWhere = request.kind === 'status' || request.kind === 'checklist'
  if (asksWhere && request.release === null && request.environment !== null) {
    return where(
      { kind: 'where', app: request.app, environment: request.environment, here: request.here },
      reading,
    )
  }
  if (request.kind === 'status' && request.release?.kind === 'named' && namesCommit(request.release.text))
    return answerBuild(request.app, request.release.text, reading)
  const found = await findRelease(request, reading)
  if (found === null)
    return where({ kind: 'where', app: request.app, environment: null, here: request.here }, reading)
  if (found.kind === 'refused') return found
  const options = reading.cardOptions(request.app)
  if (request.kind === 'checklist') return withButtons(checklistMessage(found.release, options), reading)
  const answer = request.kind === 'status' ? null : await explainRelease(request, found, reading)
  return answer ?? shown(statusMessage(found.release, options))
}

export type FoundRelease = ({ readonly kind: 'release' } & Named) | Extract<ReadAnswer, { kind: 'refused' }>

/** Null: none was named and none is open. */
export async function findRelease(request: OfRelease, { reads }: Reading): Promise<FoundRelease | null> {
  const { app, release } = request
  const compares = request.kind === 'diff' && request.against !== null
  if (release === null && compares && request.environment !== null) {
    return runningIn(app, request.environment, reads)
  }
  if (release === null) {
    const [newest] = await reads.openReleases(app)
    return newest === undefined ? null : { kind: 'release', release: newest, candidate: null }
  }
  if (release.kind === 'id') {
    const view = await reads.release(release.releaseId)
    return view === null
      ? unknown(release.releaseId, [])
      : { kind: 'release', release: view, candidate: release.candidate }
  }
  const match = await reads.candidate(app, release.text)
  if (match.kind === 'ambiguous') return unknown(release.text, match.names)
  if (match.kind === 'unknown') {
    const deleted = await deletedOf(request, release.text, reads)
    return deleted ?? unknown(release.text, match.nearest)
  }
  const view = await reads.release(match.releaseId)
  return view === null
    ? unknown(release.text, [])
    : { kind: 'release', release: view, candidate: match.candidate }
}

/** For a deleted release, only its status and history are answered. */
async function deletedOf(
  { kind, app }: OfRelease,
  text: string,
  reads: Reading['reads'],
): Promise<FoundRelease | null> {
  const version = kind === 'status' || kind === 'history' ? parseVersion(text.replace(/-rc\.\d+$/, '')) : null
  const view = version === null ? null : await reads.releaseOfVersion(app, version)
  return view === null ? null : { kind: 'release', release: view, candidate: null }
}

/** The release that runs in an environment. */
async function runningIn(app: AppName, name: string, reads: Reading['reads']): Promise<FoundRelease> {
  const place = (await reads.environments(app)).find((one) => one.name === name)
  const current = place?.current ?? null
  if (place === undefined) {
    return { kind: 'refused', refusal: { code: 'unknown-environment', text: name, nearest: [] } }
  }
  const release = current?.releaseId ? await reads.release(current.releaseId) : null
  return release === null
    ? { kind: 'refused', refusal: { code: 'nothing-runs', environment: place.name } }
    : { kind: 'release', release, candidate: current?.candidateNumber ?? null }
}

export const unknown = (
  text: string,
  nearest: readonly string[],
): Extract<ReadAnswer, { kind: 'refused' }> => ({
  kind: 'refused',
  refusal: { code: 'unknown-release', text, nearest },
})

export async function answerList(
  request: Extract<ReadRequest, { kind: 'list' }>,
  reading: Reading,
): Promise<ReadAnswer> {
  if (request.what === 'environments') {
    return where({ kind: 'where', app: request.app, environment: null, here: request.here }, reading)
  }
  const apps = request.app === null ? reading.apps : [request.app]
  const releases = await listed(request, apps, reading)
  const wanted = request.mine ? releases.filter(({ requestedBy }) => requestedBy === reading.asker) : releases
  const newest = wanted.toSorted((one, other) => other.createdAt.localeCompare(one.createdAt))
  const { what, page, mine, app } = request
  const { command, cardOptions: cards } = reading
  // If the whole list was read, its length is known.
  const goesOn =
    what === 'releases' && newest.length > page * LISTED && releases.length >= listedUpTo(request)
  return shown(listMessage(newest, { command, what, page, mine, app, goesOn, cards }))
}

async function listed(
  request: Extract<ReadRequest, { kind: 'list' }>,
  apps: readonly AppName[],
  { reads }: Reading,
): Promise<readonly ReleaseView[]> {
  const { what } = request
  switch (what) {
    case 'waiting': {
      return reads.releasesOf(await reads.waiting(apps))
    }
    case 'drafts':
    case 'candidates': {
      const open = await reads.openReleases(...apps)
      return open.filter(({ state }) => (state === 'draft') === (what === 'drafts'))
    }
    case 'releases':
    case 'environments':
      return reads.releases(apps, listedUpTo(request))
    default:
      return unreachable(what)
  }
}

export async function answerLog(
  { app, of }: Extract<ReadRequest, { kind: 'log' }>,
  reading: Reading,
): Promise<ReadAnswer> {
  const { reads, cardOptions } = reading
  if (of.kind === 'build') return answerBuildLog(app, of.commit, reading)
  const [deployment, text] = await Promise.all([reads.deployment(of.id), reads.deploymentLog(of.id)])
  if (deployment === null) return refuse({ code: 'unknown-deployment', text: of.id })
  return shown(deploymentLogMessage(deployment, text ?? '', cardOptions(app).links.deploymentLog(of.id)))
}
