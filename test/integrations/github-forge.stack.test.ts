/**
 * What Slipway shows on GitHub and asks of it. Check runs, releases, comments and comparisons are npm's `emulate`;
 * statuses, deployments and the pull requests of a commit, which it lacks, are shapes of GitHub's OpenAPI description.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { isGreen, judgeChecks } from '../../domain/forge/checks.js'
import { ForgeFault } from '../../domain/forge/fault.js'
import type { DeploymentToShow, Forge } from '../../domain/forge/reports.js'
import type { AppName, CommitSha, DeploymentId, EnvironmentName } from '../../domain/identifiers.js'
import { createGithubForge } from '../../integrations/github/github-forge.js'
import { openGithub } from '../../integrations/github/open-github.js'
import { type GithubEmulator, hasGithubEmulator, startGithubEmulator } from '../support/github-emulator.js'
import { type GithubFront, startGithubFront } from '../support/github-front.js'

const url = 'https://github.com/octocat/shop.git'
const shas = z.array(z.looseObject({ sha: z.string() }))
const releases = z.array(z.looseObject({ tag_name: z.string(), body: z.string() }))
const comments = z.array(z.looseObject({ body: z.string() }))
const written = z.looseObject({ commit: z.looseObject({ sha: z.string() }) })

describe.skipIf(!hasGithubEmulator)('GitHub as a forge', () => {
  let github: GithubEmulator
  let front: GithubFront
  let forge: Forge
  let head: CommitSha

  beforeAll(async () => {
    github = await startGithubEmulator()
    front = await startGithubFront(github.url)
    const client = openGithub({
      access: { kind: 'token', token: github.token },
      apiUrl: front.url,
      onLimit: () => undefined,
      impatient: true,
    })
    if (!client) throw new Error('No client for a token')
    forge = createGithubForge(client)
    const [first] = shas.parse(await github.ask('GET', '/repos/octocat/shop/commits'))
    head = first?.sha as CommitSha
  })
  afterAll(async () => {
    await front?.stop()
    await github?.stop()
  })
  beforeEach(() => {
    front.refuse = () => null
    front.requests.length = 0
  })

  const write = async (path: string, branch: string): Promise<CommitSha> => {
    const body = { message: `Write ${path}`, content: Buffer.from(path).toString('base64'), branch }
    return written.parse(await github.ask('PUT', `/repos/octocat/shop/contents/${path}`, body)).commit
      .sha as CommitSha
  }
  const faultOf = (work: Promise<unknown>): Promise<ForgeFault> =>
    work.then(
      () => Promise.reject(new Error('It was done')),
      (error: unknown) => error as ForgeFault,
    )
  const aDeployment = (changes: Partial<DeploymentToShow> = {}): DeploymentToShow => ({
    id: 'dep_00000000000000000000000001' as DeploymentId,
    app: 'shop' as AppName,
    environment: 'production' as EnvironmentName,
    commit: head,
    state: 'in_progress',
    description: '2026.11.1-rc.1 is being deployed',
    production: true,
    transient: false,
    url: null,
    logUrl: null,
    remoteId: null,
    ...changes,
  })

  test('a status is set with its context and its link', async () => {
    await forge.setStatus(url, {
      commit: head,
      context: 'slipway/production',
      state: 'success',
      description: '2026.11.1-rc.1 was deployed and accepted',
      url: 'https://slipway.example.com/log',
    })
    expect(front.statuses).toMatchObject([
      {
        sha: head,
        context: 'slipway/production',
        state: 'success',
        description: '2026.11.1-rc.1 was deployed and accepted',
        target_url: 'https://slipway.example.com/log',
      },
    ])
  })

  test('a deployment whose creation was not answered is found again and not made twice', async () => {
    front.loseAnswerOf(/^POST .*\/deployments$/)
    const fault = await faultOf(forge.showDeployment(url, aDeployment()))
    const id = await forge.showDeployment(url, aDeployment())
    await forge.showDeployment(
      url,
      aDeployment({
        state: 'success',
        remoteId: id,
        url: 'https://shop.example.com',
        logUrl: 'https://slipway.example.com/log',
      }),
    )
    expect(fault).toMatchObject({ facts: { status: null } })
    expect(front.deployments).toMatchObject([
      { sha: head, environment: 'production', production_environment: true, transient_environment: false },
    ])
    expect(String(front.deployments[0]?.id)).toBe(id)
    expect(front.deployments[0]?.statuses).toMatchObject([
      { state: 'in_progress', auto_inactive: false },
      {
        state: 'success',
        environment_url: 'https://shop.example.com',
        log_url: 'https://slipway.example.com/log',
      },
    ])
  })

  test('what was never shown is not made only to be ended', async () => {
    const before = front.deployments.length
    const other = { id: 'dep_00000000000000000000000002' as DeploymentId, state: 'inactive' as const }
    expect(await forge.showDeployment(url, aDeployment(other))).toBeNull()
    expect(front.deployments).toHaveLength(before)
  })

  test('a release is published once, also when its answer was lost', async () => {
    const release = {
      tag: 'v2026.11.1',
      commit: head,
      name: '2026.11.1 Summer sale',
      body: '**Summer sale**',
    }
    front.loseAnswerOf(/^POST .*\/releases$/)
    await faultOf(forge.publishRelease(url, release))
    await forge.publishRelease(url, release)
    await forge.publishRelease(url, { ...release, body: 'Something else' })
    const found = releases.parse(await github.ask('GET', '/repos/octocat/shop/releases'))
    expect(found.map(({ tag_name, body }) => [tag_name, body])).toEqual([['v2026.11.1', '**Summer sale**']])
  })

  test('the pull requests of commits are found, and each told once', async () => {
    await github.ask('POST', '/repos/octocat/shop/git/refs', { ref: 'refs/heads/fix', sha: head })
    await write('fix.txt', 'fix')
    const { number } = z
      .looseObject({ number: z.number() })
      .parse(
        await github.ask('POST', '/repos/octocat/shop/pulls', { title: 'A fix', head: 'fix', base: 'main' }),
      )
    const merged = z
      .looseObject({ sha: z.string() })
      .parse(await github.ask('PUT', `/repos/octocat/shop/pulls/${number}/merge`, {})).sha as CommitSha
    const last = await write('later.txt', 'main')

    const pulls = await Promise.all([last, merged].map((sha) => forge.pullsOf(url, sha)))
    const comment = { pull: number, marker: '<!-- slipway:shop/production -->' }
    front.loseAnswerOf(/^POST .*\/comments$/)
    await faultOf(forge.comment(url, { ...comment, body: `${comment.marker}\nIt is there` }))
    await forge.comment(url, { ...comment, body: `${comment.marker}\nIt is there` })
    await forge.comment(url, { pull: number, marker: '<!-- other -->', body: '<!-- other -->' })
    const said = comments.parse(await github.ask('GET', `/repos/octocat/shop/issues/${number}/comments`))

    expect([...new Set(pulls.flat())]).toEqual([number])
    expect(said.map(({ body }) => body)).toEqual([
      '<!-- slipway:shop/production -->\nIt is there',
      '<!-- other -->',
    ])
  })

  test('check runs and statuses of all pages are read, and the newest of each counts', async () => {
    const sha = await write('checked.txt', 'main')
    const run = (name: string, conclusion: string | null) =>
      github.ask('POST', '/repos/octocat/shop/check-runs', {
        name,
        head_sha: sha,
        ...(conclusion === null ? { status: 'in_progress' } : { status: 'completed', conclusion }),
      })
    await run('ci/test', 'failure')
    for (let index = 0; index < 120; index++) {
      const status = { sha, description: null, target_url: null }
      front.statuses.push({ ...status, id: 1_000 + index, context: `many/${index}`, state: 'success' })
    }
    front.statuses.push({
      id: 2_000,
      sha,
      context: 'ci/old',
      state: 'failure',
      description: null,
      target_url: null,
    })
    const read = async (...names: string[]) => judgeChecks(names, await forge.checksOf(url, sha), 'now')
    const red = await read('ci/test', 'many/0', 'ci/old', 'ci/none')
    await run('ci/test', 'success')
    front.statuses.push({
      id: 2_001,
      sha,
      context: 'ci/old',
      state: 'success',
      description: null,
      target_url: null,
    })
    await run('ci/slow', null)

    expect(red.checks.map(({ state }) => state)).toEqual(['failure', 'success', 'failure', 'missing'])
    expect(isGreen(await read('ci/test', 'many/0', 'ci/old'))).toBe(true)
    expect((await read('ci/slow')).checks[0]).toMatchObject({ state: 'pending', word: 'in_progress' })
  })

  test('a refusal says what it is, at once and without asking again', async () => {
    front.refuse = (request) =>
      request.includes('/statuses/')
        ? { status: 429, headers: { 'retry-after': '7' } }
        : { status: 403, message: 'Resource not accessible by integration' }
    const status = { commit: head, context: 'x', state: 'success' as const, description: '', url: null }
    const limited = await faultOf(forge.setStatus(url, status))
    const forbidden = await faultOf(
      forge.publishRelease(url, { tag: 't', commit: head, name: 't', body: '' }),
    )
    const elsewhere = await faultOf(forge.setStatus('/srv/git/shop.git', status))

    expect(limited).toBeInstanceOf(ForgeFault)
    expect(limited.facts).toMatchObject({ status: 429, retryAfterS: 7 })
    expect(forbidden.facts).toMatchObject({ status: 403, message: 'Resource not accessible by integration' })
    expect(elsewhere.facts).toMatchObject({ status: 404 })
    expect(front.requests).toHaveLength(2)
  })
})
