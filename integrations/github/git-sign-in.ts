import { z } from 'zod'
import type { Github } from './open-github.js'

const tokenSchema = z.object({ token: z.string().min(1) })

/**
 * The `Authorization` that git needs for repositories of this GitHub: the token, or a fresh one of the App's
 * installation, which octokit renews before its hour is over. Null for every other address, and while GitHub rejects our
 * credentials: then git asks without, and a private repository answers that it does not exist.
 */
export function createGitSignIn(github: Github | null): (address: string) => Promise<string | null> {
  return async (address) => {
    if (github === null) return null
    try {
      const place = await github.at({ url: address })
      if (place === null) return null
      const { token } = tokenSchema.parse(await place.octokit.auth({ type: 'installation' }))
      return `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`
    } catch {
      return null
    }
  }
}
