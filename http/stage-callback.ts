/** The end of a stage that runs elsewhere, told by whoever runs it: signed for that one stage, kept before it is answered. */
import { parseRemoteAnswer, type RemoteEnd } from '../domain/remote-stage.js'
import { plainText, type RawHandler } from './raw-routes.js'
import { isSignedBody } from './signed-body.js'

export interface StageCallbackOptions {
  /** What the end of the stage with this key is signed with. */
  readonly secretOf: (key: string) => string
  /** Keeps it for the worker that waits; the first end of a stage counts. Rejects when it could not be kept. */
  readonly record: (key: string, end: RemoteEnd) => Promise<'recorded' | 'known' | 'unknown'>
}

/** Where `POST {status, outputs, log}` goes; the query names the stage as `key`. */
export const STAGE_CALLBACK_PATH = '/webhooks/stages'

/**
 * Takes ends of stages. A replay is harmless without a timestamp: the signature is good for one key, a key is never used
 * for a second run, and only the first end counts.
 */
export function stageCallbackRoute({ secretOf, record }: StageCallbackOptions): RawHandler {
  return async (headers, body, query) => {
    const key = query?.get('key') ?? ''
    if (!isSignedBody(secretOf(key), body, headers['x-slipway-signature'])) return refused
    const end = parseRemoteAnswer(parsed(body))
    if (end === null || end.status === 'running') return noEnd
    // A key that nobody called is answered like a wrong signature: it is nobody's business which there are.
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
