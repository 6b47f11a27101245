import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { NewOrder } from '../../db/receive.js'
import { type AppName, type CommitSha, parseAppName, parseCommitSha } from '../../domain/identifiers.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import type { RawHandler } from '../../http/raw-routes.js'
import { webhookRoutes } from '../../http/webhooks/webhooks.js'
import { createGithubPullRequests } from '../../integrations/github/github-pull-requests.js'
import { githubRepository } from '../../integrations/github/github-repository.js'
import { type Github, openGithub } from '../../integrations/github/open-github.js'
import { type GithubEmulator, hasGithubEmulator, startGithubEmulator } from '../support/github-emulator.js'
import { startGithubFront } from '../support/github-front.js'
import { until } from '../support/until.js'

const named = z.looseObject({ sha: z.string() })
const pull = z.looseObject({ number: z.number() })
const file = z.looseObject({ commit: named })

const shop = parseAppName('shop') as AppName
const repository = { app: shop, url: 'https://github.com/octocat/shop.git', trunk: 'main' }

describe.skipIf(!hasGithubEmulator)('GitHub, as npm’s emulate plays it', () => {
  let github: GithubEmulator
  let client: Github

  beforeAll(async () => {
    github = await startGithubEmulator()
    const opened = openGithub({
      access: { kind: 'token', token: github.token },
      apiUrl: github.url,
      onLimit: () => undefined,
    })
    if (!opened) throw new Error('No client for a token')
    client = opened
  })
  afterAll(async () => github?.stop())

  const content = async (path: string, branch: string): Promise<string> => {
    const body = { message: `Write ${path}`, content: Buffer.from(path).toString('base64'), branch }
    return file.parse(await github.ask('PUT', `/repos/octocat/shop/contents/${path}`, body)).commit.sha
  }

  test('says of a pull request by number what it became', async () => {
    const [head] = z.array(named).parse(await github.ask('GET', '/repos/octocat/shop/commits'))
    await github.ask('POST', '/repos/octocat/shop/git/refs', { ref: 'refs/heads/fix', sha: head?.sha })
    const own = await content('fix.txt', 'fix')
    const { number } = pull.parse(
      await github.ask('POST', '/repos/octocat/shop/pulls', { title: 'A fix', head: 'fix', base: 'main' }),
    )
    const pulls = createGithubPullRequests(client)
    const open = await pulls.mergedAs(repository, number)
    const merged = named.parse(await github.ask('PUT', `/repos/octocat/shop/pulls/${number}/merge`, {}))

    expect(open).toEqual({ kind: 'not-merged', closed: false })
    expect(await pulls.mergedAs(repository, number)).toEqual({
      kind: 'merged',
      // The emulator counts the merge as well.
      pull: { commit: merged.sha, head: own, commits: 2, ref: `refs/pull/${number}/head` },
    })
    expect(await pulls.mergedAs(repository, 4_711)).toEqual({ kind: 'unknown' })
    expect(await pulls.mergedAs({ ...repository, url: '/srv/git/shop.git' }, number)).toEqual({
      kind: 'unknown',
    })
  })

  test('says of a pull request which branch it would merge, and when it was closed', async () => {
    const number = await github.openPullRequest('feature')
    const pulls = createGithubPullRequests(client)
    const open = await pulls.headOf(repository, number)
    await github.closePullRequest(number)
    const closed = await pulls.headOf(repository, number)

    expect(open).toEqual({ kind: 'open', branch: 'feature' })
    expect(closed).toMatchObject({ kind: 'closed', merged: false })
    expect(closed.kind === 'closed' && Date.parse(closed.at)).toBeGreaterThan(0)
    expect(await pulls.headOf(repository, 4_711)).toEqual({ kind: 'unknown' })
    expect(await pulls.headOf({ ...repository, url: '/srv/git/shop.git' }, number)).toEqual({
      kind: 'unknown',
    })
  })

  test('says which labels a pull request has', async () => {
    const number = await github.openPullRequest('labelled')
    await github.label(number, ['bug', 'dependencies'])
    const pulls = createGithubPullRequests(client)

    expect(await pulls.labelsOf(repository, number)).toEqual(['bug', 'dependencies'])
    expect(await pulls.labelsOf(repository, 4_711)).toEqual([])
  })

  test('says who merged what a commit brought, by the number in its subject or by the commit', async () => {
    const merged: { number: number; commit: CommitSha }[] = []
    for (const branch of ['squashed', 'squashed-too']) {
      const number = await github.openPullRequest(branch)
      const order = { merge_method: 'squash' }
      const answer = await github.ask('PUT', `/repos/octocat/shop/pulls/${number}/merge`, order)
      merged.push({ number, commit: parseCommitSha(named.parse(answer).sha) as CommitSha })
    }
    const [one, other] = merged
    if (!one || !other) throw new Error('Nothing was merged')
    const front = await startGithubFront(github.url)
    const access = { kind: 'token', token: github.token } as const
    const opened = openGithub({ access, apiUrl: front.url, onLimit: () => undefined })
    if (!opened) throw new Error('No client for a token')
    const pulls = createGithubPullRequests(opened)
    const mergerOf = (commit: CommitSha, number: number | null) =>
      pulls.mergerOf(repository, { commit, pull: number })
    const octocat = expect.stringMatching(/^\d+\+octocat@users\.noreply\.github\.com$/)

    expect(await mergerOf(one.commit, one.number)).toEqual(octocat)
    expect(await mergerOf(one.commit, null)).toEqual(octocat)
    // A subject may name any pull request: this is not what became of that one.
    expect(await mergerOf('1'.repeat(40) as CommitSha, one.number)).toBeNull()
    expect(await mergerOf(other.commit, one.number)).toEqual(octocat)
    expect(
      await pulls.mergerOf({ ...repository, url: '/srv/git/shop.git' }, { commit: one.commit, pull: null }),
    ).toBeNull()
    await front.stop()
  })

  test('its own signature over its own push is taken, once per delivery, and a changed byte is not', async () => {
    const orders: NewOrder[] = []
    const secret = 'shared with GitHub'
    const routes = webhookRoutes({
      secret,
      apps: () => [
        {
          name: shop,
          repository: `${github.url.replace('127.0.0.1', 'localhost')}/octocat/shop`,
        } as AppDefinition,
      ],
      inbox: {
        receive: async (order) => {
          if (orders.some(({ key }) => key === order.key)) return 'duplicate'
          orders.push(order)
          return 'stored'
        },
        onStored: () => undefined,
      },
    })
    const taken: { headers: Record<string, string>; body: Buffer }[] = []
    const receiver = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        taken.push({ headers: request.headers as Record<string, string>, body: Buffer.concat(chunks) })
        response.end()
      })
    })
    await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done))
    const address = receiver.address()
    const port = typeof address === 'object' && address ? address.port : 0
    await github.ask('POST', '/repos/octocat/shop/hooks', {
      config: { url: `http://127.0.0.1:${port}/`, content_type: 'json', secret },
      events: ['push'],
    })
    const sha = await content('pushed.txt', 'main')
    const push = await until('the push', async () =>
      taken.find(({ headers }) => headers['x-github-event'] === 'push'),
    )
    receiver.close()
    const handler = routes['/webhooks/github'] as RawHandler
    const answers = [await handler(push.headers, push.body), await handler(push.headers, push.body)]
    const changed = Buffer.from(
      push.body.toString('utf8').replace(
        sha,
        sha.replace(/./, (first) => (first === 'f' ? 'e' : 'f')),
      ),
    )

    expect(answers.map(({ status }) => status)).toEqual([202, 202])
    expect((await handler(push.headers, changed)).status).toBe(401)
    expect(orders).toMatchObject([{ intent: { kind: 'push', app: 'shop', branch: 'main', commit: sha } }])
    expect(JSON.parse(push.body.toString('utf8'))).toMatchObject({ after: sha, ref: 'refs/heads/main' })
  })
})

test.each([
  ['https://github.com/acme/shop.git', 'https://api.github.com', { owner: 'acme', repo: 'shop' }],
  ['git@github.com:acme/shop.git', 'https://api.github.com', { owner: 'acme', repo: 'shop' }],
  ['https://git.example.com/acme/shop', 'https://git.example.com/api/v3', { owner: 'acme', repo: 'shop' }],
  ['https://gitlab.com/acme/shop.git', 'https://api.github.com', null],
  ['/srv/git/shop.git', 'https://api.github.com', null],
])('%s at %s', (url, apiUrl, wanted) => {
  expect(githubRepository(url, apiUrl)).toEqual(wanted)
})
