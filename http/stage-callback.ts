/** Receives the end of a stage that runs elsewhere, from its runner: signed for that stage, stored before the answer. */
import { parseRemoteAnswer, type RemoteEnd } from '../domain/remote-stage.js'
import { plainText, type RawHandler } from './raw-routes.js'
import { isSignedBody } from './signed-body.js'

export interface StageCallbackOptions {
  /** The signing secret for the stage with this key. */
  readonly secretOf: (key: string) => string
  /** Stores it for the waiting worker; only the first end of a stage counts. Rejects when it could not be stored. */
  readonly record: (key: string, end: RemoteEnd) => Promise<'recorded' | 'known' | 'unknown'>
}

/** The path for `POST {status, outputs, log}`; the query names the stage as `key`. */
export const STAGE_CALLBACK_PATH = '/webhooks/stages'

/**
 * Receives ends of stages. A replay is harmless even without a timestamp: the signature is valid for one key, a key is never used
 * for a second run, and only the first end counts.
 */
export function stageCallbackRoute({ secretOf, record }: StageCallbackOptions): RawHandler {
  return async (headers, body, query) => {
    const key = query?.get('key') ?? ''
    if (!isSignedBody(secretOf(key), body, headers['x-slipway-signature'])) return refused
    const end = parseRemoteAnswer(parsed(body))
    if (end === null || end.status === 'running') return noEnd
    // An unknown key is answered like a wrong signature, so as not to reveal which keys exist.
    const kept = await record(key, end).catch(() => null)
    if (kept === null) return notNow
    if (kept === 'unknown') return refused
    return kept === 'recorded' ? plainText(202, 'Recorded.') : plainText(202, 'It has ended already.')
  }
}

const refused = plainText(401, 'The signature is missing or wrong.')
const notNow = plainText(503, 'It could not be recorded; send it again.')
const noEnd = plainText(
  422,
  'Send {"status", "outputs", "log"} as JSON. The status is passed, failed, inconclusive, retry or cancelled.',
)

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return null
  }
}
