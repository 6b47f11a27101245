import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

export interface ApiProblem {
  readonly status: ContentfulStatusCode
  /** For programs. */
  readonly code: string
  /** For people: what is wrong … */
  readonly message: string
  /** … and what to do. */
  readonly next: string
}

/** The form of every error from the server. */
export function apiError(c: Context, { status, code, message, next }: ApiProblem): Response {
  return c.json({ error: { code, message, next } }, status)
}

export const notFound = (what: string, next: string): ApiProblem => ({
  status: 404,
  code: 'not-found',
  message: `There is no ${what}.`,
  next,
})
