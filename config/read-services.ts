/** How Slipway authenticates to Slack and GitHub, from environment variables. */
import { createPrivateKey } from 'node:crypto'
import type { GithubAccess, SlackSettings } from './settings.js'
import { readAddress, readOptional, readRequired, type VariableReader } from './variables.js'

/** A GitHub App, or else a token, or else nothing. */
export function readGithub(reader: VariableReader): GithubAccess {
  const token = readOptional(reader, 'GITHUB_TOKEN')
  const appId = readOptional(reader, 'GITHUB_APP_ID')
  const privateKey = readOptional(reader, 'GITHUB_APP_PRIVATE_KEY')
  if (appId !== null && privateKey !== null) return readApp(reader, appId, privateKey)
  if (appId !== null || privateKey !== null) {
    const variable = appId === null ? 'GITHUB_APP_ID' : 'GITHUB_APP_PRIVATE_KEY'
    const fix = 'set both GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY, or neither'
    reader.problems.push({ variable, message: 'is not set, though the other half is', fix })
  }
  return token === null ? { kind: 'none' } : { kind: 'token', token }
}

function readApp({ problems }: VariableReader, appId: string, written: string): GithubAccess {
  // Files of variables hold one line each, so the newlines of a key are often written as \n.
  const privateKey = written.replaceAll('\\n', '\n')
  if (!/^(?:\d+|Iv[\w.]+)$/.test(appId)) {
    const fix = 'copy the App ID (digits) or the client ID (Iv…) from the settings of the App'
    problems.push({ variable: 'GITHUB_APP_ID', message: 'is no id of a GitHub App', fix })
  }
  if (!isRsaKey(privateKey)) {
    const fix =
      'set the whole of the .pem file that GitHub gave you, with its BEGIN and END lines; in a file of variables as one line, \\n for each line end'
    problems.push({ variable: 'GITHUB_APP_PRIVATE_KEY', message: 'is no private key', fix })
  }
  return { kind: 'app', appId, privateKey }
}

function isRsaKey(text: string): boolean {
  try {
    return createPrivateKey(text).asymmetricKeyType === 'rsa'
  } catch {
    return false
  }
}

/** Socket Mode with an app token, or else HTTP with a signing secret. */
export function readSlack(reader: VariableReader): SlackSettings {
  const botToken = readRequired(
    reader,
    'SLACK_BOT_TOKEN',
    'copy the Bot User OAuth Token (xoxb-…) of the Slack app',
  )
  const appToken = readOptional(reader, 'SLACK_APP_TOKEN')
  const signingSecret = readOptional(reader, 'SLACK_SIGNING_SECRET')
  const apiUrl = readAddress(reader, 'SLACK_API_URL', {
    schemes: ['http:', 'https:'],
    example: 'https://slack.com/api/',
  })
  checkSwapped(reader, botToken, appToken)
  if (appToken !== null) return { kind: 'socket', botToken, appToken, apiUrl }
  if (signingSecret === null) {
    const message = 'is not set, and neither is SLACK_SIGNING_SECRET'
    const fix =
      'set SLACK_APP_TOKEN (xapp-…) for Socket Mode, or SLACK_SIGNING_SECRET to receive requests over HTTP'
    reader.problems.push({ variable: 'SLACK_APP_TOKEN', message, fix })
  }
  return { kind: 'http', botToken, signingSecret: signingSecret ?? '', apiUrl }
}

function checkSwapped(reader: VariableReader, botToken: string, appToken: string | null): void {
  if (/^xox[ap]-|^xapp-/.test(botToken)) {
    const fix = 'copy the Bot User OAuth Token, which begins with xoxb-'
    reader.problems.push({ variable: 'SLACK_BOT_TOKEN', message: 'is another kind of token', fix })
  }
  if (appToken?.startsWith('xox') === true) {
    const fix = 'copy the App-Level Token, which begins with xapp-'
    reader.problems.push({ variable: 'SLACK_APP_TOKEN', message: 'is another kind of token', fix })
  }
}
