/** Checks that a request was signed by Slack, is recent, and is not a replay. */
import { createHmac, timingSafeEqual } from 'node:crypto'

/** The maximum difference between Slack's clock and ours, in either direction. */
const SKEW_MS = 5 * 60_000
/** Twice the skew: after that, the timestamp alone is refused. */
const REMEMBERED_MS = 10 * 60_000

export type SignatureVerdict = 'good' | 'bad-signature' | 'bad-time' | 'replayed'

export interface SignedRequest {
  readonly timestamp: string
  readonly signature: string
  readonly rawBody: string
}

export interface SignatureGuard {
  check(request: SignedRequest): SignatureVerdict
}

/** @param now milliseconds since the epoch */
export function createSignatureGuard(signingSecret: string, now: () => number): SignatureGuard {
  const seen = new Map<string, number>()
  return {
    check: ({ timestamp, signature, rawBody }) => {
      const at = now()
      if (!/^\d{1,12}$/.test(timestamp) || Math.abs(at - Number(timestamp) * 1_000) > SKEW_MS)
        return 'bad-time'
      if (!isSigned(signingSecret, { timestamp, signature, rawBody })) return 'bad-signature'
      forgetOld(seen, at)
      if (seen.has(signature)) return 'replayed'
      seen.set(signature, at + REMEMBERED_MS)
      return 'good'
    },
  }
}

function isSigned(secret: string, { timestamp, signature, rawBody }: SignedRequest): boolean {
  const expected = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${rawBody}`).digest('hex')}`
  const given = Buffer.from(signature)
  const wanted = Buffer.from(expected)
  // The length reveals nothing: every valid signature has the same one.
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

/** In order of insertion, oldest first. */
function forgetOld(seen: Map<string, number>, at: number): void {
  for (const [signature, until] of seen) {
    if (until > at) return
    seen.delete(signature)
  }
}
