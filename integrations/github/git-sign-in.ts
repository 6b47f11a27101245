import { z } from 'zod'
import { afterFault, ForgeFault } from '../../domain/forge/fault.js'
import { asForge } from './github-faults.js'
import type { Github } from './open-github.js'

const tokenSchema = z.object({ token: z.string().min(1) })

/**
 * The `Authorization` that git needs for repositories of this GitHub: the token, or a fresh one of the App's
 * installation, which octokit renews before its hour is over. Null for every other address, and while GitHub rejects our
 * credentials: then git asks without, and a private repository answers that it does not exist. Throws while GitHub does not
 * answer: without credentials its answer to git would look like a refusal.
 */
export function createGitSignIn(github: Github | null): (address: string) => Promise<string | null> {
  return async (address) => {
    if (github === null) return null
    try {
      return await asForge(() => authorization(github, address))
    } catch (error) {
      if (error instanceof ForgeFault && isRejected(error)) return null
      throw error
    }
  }
}

async function authorization(github: Github, address: string): Promise<string | null> {
  const place = await github.at({ url: address })
  if (place === null) return null
  const { token } = tokenSchema.parse(await place.octokit.auth({ type: 'installation' }))
  return `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`
}

const isRejected = ({ facts }: ForgeFault): boolean =>
  facts.status === 401 || afterFault(facts, 1, 0).kind === 'give-up'
