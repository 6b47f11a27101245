/** What GitHub says of who we are, before anything is asked of it. */
import { generateKeyPairSync } from 'node:crypto'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { AppName } from '../../domain/identifiers.js'
import { createGit } from '../../integrations/git/create-git.js'
import { createGitSignIn } from '../../integrations/github/git-sign-in.js'
import { type GithubAccess, openGithub } from '../../integrations/github/open-github.js'

afterEach(() => vi.unstubAllGlobals())

const token = (): GithubAccess => ({ kind: 'token', token: 'ghp_of_nobody' })
const app = (): GithubAccess => ({
  ...{ kind: 'app', appId: '7' },
  privateKey: generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString(),
})

/** Opens a GitHub that answers everything so. */
function githubThatSays(access: GithubAccess, status: number, message: string) {
  const asked: string[] = []
  vi.stubGlobal('fetch', async (address: string) => {
    asked.push(new URL(address).pathname)
    const headers = { 'content-type': 'application/json; charset=utf-8' }
    return new Response(JSON.stringify({ message }), { status, headers })
  })
  const options = { access, apiUrl: 'https://github.example/api', onLimit: () => undefined, impatient: true }
  return { github: openGithub(options), asked }
}

/** What comes of GitHub's answer, and which addresses were asked. */
async function ask(access: GithubAccess, status: number, message: string) {
  const { github, asked } = githubThatSays(access, status, message)
  const refused = github?.refusesUs(AbortSignal.timeout(60_000))
  return { refused: await refused?.catch((error: Error) => error), asked: [...new Set(asked)] }
}

test.each([
  { what: 'a wrong token', access: token, status: 401, says: 'Bad credentials', asks: '/api/rate_limit' },
  { what: 'a wrong key', access: app, status: 401, says: 'A JSON web token could not be', asks: '/api/app' },
  { what: 'a wrong App id', access: app, status: 404, says: 'Integration not found', asks: '/api/app' },
])('[O.2] $what is refused', async ({ access, status, says, asks }) => {
  const { refused, asked } = await ask(access(), status, says)

  expect(refused).toContain(says)
  expect(asked).toEqual([asks])
})

test.each([
  ['who is known', token, 200, ''],
  ['a GitHub that knows no such question', token, 404, 'Not Found'],
  ['an App that is known', app, 200, ''],
] as const)('%s is let in', async (_, access, status, message) => {
  expect((await ask(access(), status, message)).refused).toBeNull()
})

test('an outage says nothing about who we are', async () => {
  expect((await ask(token(), 502, 'Bad Gateway')).refused).toBeInstanceOf(Error)
})

describe('[G.4] git, with the sign-in of a GitHub', () => {
  const heads = async (status: number, message: string): Promise<unknown> => {
    const { github } = githubThatSays(app(), status, message)
    const git = createGit({
      ...{ folder: '/nowhere', committer: { name: 'S', email: 's@example.test' }, timeoutMs: 20_000 },
      ...{ environment: { PATH: process.env['PATH'] ?? '' }, signIn: createGitSignIn(github) },
    })
    const url = 'https://github.example/acme/shop.git'
    return git.heads({ app: 'shop' as AppName, url, trunk: 'main' }).catch((error: unknown) => error)
  }

  test.each([
    [502, 'Bad Gateway'],
    [429, 'API rate limit exceeded'],
  ])(
    'that does not answer (%d) takes it for one that is away, and asks the remote nothing',
    async (status, message) => {
      expect(await heads(status, message)).toMatchObject({
        name: 'GitAwayError',
        message: `There is no sign-in for github.example now: ${message}`,
      })
    },
  )

  test.each([
    [401, 'Bad credentials'],
    [404, 'Not Found'],
  ])('that rejects us (%d) goes on without one', async (status, message) => {
    const { github } = githubThatSays(app(), status, message)

    expect(await createGitSignIn(github)('https://github.example/acme/shop.git')).toBeNull()
  })
})
