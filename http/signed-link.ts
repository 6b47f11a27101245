/** Links in Slack carry a signature for one page, so that people who can read the channel can read that page, and no other. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

const DAYS_MS = 7 * 86_400_000
/** The expiry is rounded, so that drawing a card twice in an hour gives the same link and therefore the same card. */
const ROUND_MS = 3_600_000

/** The path with a signature that is valid for seven days, for that path alone. */
export function signLink(path: string, secret: string, now: number): string {
  const expires = Math.floor(Math.floor(now / ROUND_MS) * ROUND_MS + DAYS_MS) / 1_000
  return `${path}?expires=${expires}&signature=${signatureOf(path, String(expires), secret)}`
}

export interface SignedRequest {
  readonly path: string
  readonly expires: string
  readonly signature: string
}

/** Whether exactly this path was signed and the signature has not expired. */
export function isSignedLink(
  { path, expires, signature }: SignedRequest,
  secret: string,
  now: number,
): boolean {
  if (!/^\d{1,12}$/.test(expires) || Number(expires) * 1_000 < now) return false
  return sameText(signature, signatureOf(path, expires, secret))
}

function signatureOf(path: string, expires: string, secret: string): string {
  return createHmac('sha256', secret).update(`GET\n${path}\n${expires}`).digest('hex')
}

/** Compares two texts in constant time. */
export function sameText(one: string, other: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(one), hash(other))
}
