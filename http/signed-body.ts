/** Verifies bodies signed with HMAC-SHA256 over their bytes. */
import { createHmac, timingSafeEqual } from 'node:crypto'

/** Whether `given` (hex, with or without `sha256=`) signs the body. Compares in constant time. */
export function isSignedBody(secret: string, body: Buffer, given: string | undefined): boolean {
  const right = createHmac('sha256', secret).update(body).digest()
  const signature = Buffer.from((given ?? '').replace(/^sha256=/, ''), 'hex')
  return signature.length === right.length && timingSafeEqual(signature, right)
}
