import type { DeploymentView } from '../../../domain/views.js'
import { context, section } from '../blocks.js'
import { clip, escapeText, link } from '../escape.js'
import type { Message } from '../message.js'
import { deploymentWords, says } from '../status-words.js'

const LINES = 20
const MOST = 2_400

/** The last lines of a deployment's log, and where the whole of it is. */
export function deploymentLogMessage(deployment: DeploymentView, log: string, url: string | null): Message {
  const { number, environment, state, candidate } = deployment
  const title = `Log of deployment ${number} of ${candidate ?? 'a commit'} to ${environment}: ${says(deploymentWords[state])}.`
  const tail = lastLines(log)
  const shown = tail === '' ? 'It has no lines yet.' : `\`\`\`\n${tail}\n\`\`\``
  const whole = url === null ? `The last ${LINES} lines.` : link(url, 'The whole log')
  return { text: title, blocks: [section(`*${title}*\n${shown}`), context(whole)] }
}

/** Backticks would end the block of code; the end of a log is what matters, so it is cut at its start. */
function lastLines(log: string): string {
  const lines = log.replaceAll('```', "'''").trimEnd().split('\n').slice(-LINES)
  const kept = lines.map((line) => escapeText(clip(line, 300)))
  while (kept.join('\n').length > MOST) kept.shift()
  return kept.join('\n')
}
