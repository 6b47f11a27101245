import { shortCommit } from '../../../domain/identifiers.js'
import type { BuildView, DeploymentView } from '../../../domain/views.js'
import { context, section } from '../blocks.js'
import { clip, escapeText, link } from '../escape.js'
import type { Message } from '../message.js'
import { deploymentWords, says } from '../status-words.js'

const LINES = 20
const MOST = 2_400

/** The last lines of a deployment's log, and the URL of the full log. */
export function deploymentLogMessage(deployment: DeploymentView, log: string, url: string | null): Message {
  const { number, environment, state, candidate } = deployment
  const title = `Log of deployment ${number} of ${candidate ?? 'a commit'} to ${environment}: ${says(deploymentWords[state])}.`
  return logMessage(title, log, url)
}

/** The last lines of a build's log. */
export function buildLogMessage(build: BuildView, log: string, url: string | null): Message {
  return logMessage(
    `Log of the build of ${build.app} ${shortCommit(build.commit)}, run ${build.run}.`,
    log,
    url,
  )
}

function logMessage(title: string, log: string, url: string | null): Message {
  const tail = lastLines(log)
  const shown = tail === '' ? 'It has no lines yet.' : fenced(tail)
  const whole = url === null ? `The last ${LINES} lines.` : link(url, 'The whole log')
  return { text: title, blocks: [section(`*${title}*\n${shown}`), context(whole)] }
}

/** Outside text as a code block, truncated at its end. Backticks would end the block. */
export function codeBlock(text: string, most: number): string {
  const lines = text.replaceAll('```', "'''").trimEnd().split('\n')
  const kept = lines.map((line) => escapeText(clip(line, 300)))
  while (kept.join('\n').length > most) kept.pop()
  return fenced(kept.join('\n'))
}

const fenced = (text: string): string => `\`\`\`\n${text}\n\`\`\``

/** Backticks would end the code block. The end of a log matters most, so it is truncated at its start. */
function lastLines(log: string): string {
  const lines = log.replaceAll('```', "'''").trimEnd().split('\n').slice(-LINES)
  const kept = lines.map((line) => escapeText(clip(line, 300)))
  while (kept.join('\n').length > MOST) kept.shift()
  return kept.join('\n')
}
