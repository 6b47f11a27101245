/** Answers questions about the build of a commit. */
import type { AppName } from '../../../domain/identifiers.js'
import type { BuildView } from '../../../domain/views.js'
import { buildLogMessage, buildMessage } from '../../views/read-views.js'
import type { ReadAnswer, Reading } from './answer.js'
import { withButtons } from './answer-where.js'

/** Accepts a full or abbreviated commit. */
export async function answerBuild(app: AppName, commit: string, reading: Reading): Promise<ReadAnswer> {
  const found = await findBuild(app, commit, reading)
  if (found.kind === 'refused') return found
  const { build } = found
  const { definition, links } = reading.cardOptions(app)
  if (!definition) return { kind: 'refused', refusal: { code: 'unknown-app', text: app, nearest: [] } }
  const logUrl = links.buildLog(app, build.commit)
  return withButtons(buildMessage(build, { app: definition, command: reading.command, logUrl }), reading)
}

export async function answerBuildLog(app: AppName, commit: string, reading: Reading): Promise<ReadAnswer> {
  const found = await findBuild(app, commit, reading)
  if (found.kind === 'refused') return found
  const { build } = found
  const log = await reading.reads.buildLog(app, build.commit)
  const url = reading.cardOptions(app).links.buildLog(app, build.commit)
  return { kind: 'shown', message: buildLogMessage(build, log ?? '', url) }
}

async function findBuild(
  app: AppName,
  commit: string,
  { reads }: Reading,
): Promise<{ readonly kind: 'found'; readonly build: BuildView } | Extract<ReadAnswer, { kind: 'refused' }>> {
  const match = await reads.build(app, commit)
  if (match.kind === 'found') return match
  const commits = match.kind === 'ambiguous' ? match.commits : []
  return { kind: 'refused', refusal: { code: 'unknown-build', text: commit, commits } }
}
