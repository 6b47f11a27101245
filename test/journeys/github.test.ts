/**
 * A team on GitHub. npm's `emulate` keeps commits, check runs, pull requests, comments and releases; statuses, deployments
 * and the pull requests of a commit, which it lacks, are answered in front of it in the shapes of GitHub's OpenAPI
 * description. git's remote is a folder, mapped by `insteadOf`; commits have the same ids in both.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { cacheFolder } from '../support/cache-folder.js'
import { alice, bob, carol, channelOf, quinn, wholeText } from '../support/channel.js'
import { type Drive, driveOf, withoutPushes } from '../support/drive.js'
import { type GithubEmulator, hasGithubEmulator, startGithubEmulator } from '../support/github-emulator.js'
import { type GithubFront, startGithubFront } from '../support/github-front.js'
import { type GithubMirror, mirrorOnGithub } from '../support/github-mirror.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

const url = 'https://github.com/octocat/shop.git'
const releaseList = z.array(z.looseObject({ tag_name: z.string(), name: z.string(), body: z.string() }))
const commentList = z.array(z.looseObject({ body: z.string() }))

describe.skipIf(!hasGithubEmulator)('a release is seen on GitHub', () => {
  const home = mkdtempSync(join(tmpdir(), 'slipway-home-'))
  let github: GithubEmulator
  let front: GithubFront
  let stack: Stack
  let drive: Drive
  let mirror: GithubMirror
  let first = ''
  let second = ''
  let pull = 0
  let change = ''

  beforeAll(async () => {
    github = await startGithubEmulator()
    front = await startGithubFront(github.url)
    const onGithub = (yaml: string): string => {
      const [, path = ''] = /repository: "(.*)"/.exec(yaml) ?? []
      writeFileSync(join(home, '.gitconfig'), `[url "file://${path}"]\n\tinsteadOf = ${url}\n`)
      return withoutPushes(yaml)
        .replace(/repository: ".*"/, `repository: ${url}`)
        .replace(
          'version: calendar',
          'version: calendar\n    notesChannel: C01GENERAL\n    github: { comments: true, requiredChecks: [ci/test] }',
        )
    }
    stack = await startStack({
      processes: 'bot-and-worker',
      configure: onGithub,
      variables: {
        HOME: home,
        SLIPWAY_CACHE: cacheFolder(),
        SLIPWAY_PUBLIC_URL: 'https://slipway.example.com',
        SLIPWAY_API_TOKEN: 'the-token-of-the-read-api',
        GITHUB_TOKEN: github.token,
        GITHUB_API_URL: front.url,
      },
    })
    drive = driveOf(stack)
    mirror = mirrorOnGithub(github, stack.embedded.demo.repository.path)
    await mirror.push()
  })
  afterAll(async () => {
    await stack?.close()
    await front?.stop()
    await github?.stop()
    rmSync(home, { recursive: true, force: true })
  })

  const reportCheck = (sha: string, conclusion: 'success' | 'failure') =>
    github.ask('POST', '/repos/octocat/shop/check-runs', {
      ...{ name: 'ci/test', head_sha: sha, status: 'completed', conclusion },
    })
  /** The newest state of each context of a commit. */
  const statusesOf = (sha: string): Readonly<Record<string, string>> =>
    Object.fromEntries(
      front.statuses.filter((one) => one.sha === sha).map(({ context, state }) => [context, state]),
    )
  const deploymentsOf = (environment: string) =>
    front.deployments
      .filter((one) => one.environment === environment)
      .map(({ sha, statuses }) => [sha, statuses.at(-1)?.state])
  const releases = async () => releaseList.parse(await github.ask('GET', '/repos/octocat/shop/releases'))
  const comments = async () =>
    commentList.parse(await github.ask('GET', `/repos/octocat/shop/issues/${pull}/comments`))
  const reports = async (): Promise<Readonly<Record<string, number>>> => {
    const text = await drive.api.text('/metrics')
    const found = [...text.matchAll(/slipway_github_reports\{state="(\w+)"\} (\d+)/g)]
    return Object.fromEntries(found.map(([, state, count]) => [state, Number(count)]))
  }
  const allTold = () =>
    until('all reports', async () => {
      const counts = await reports()
      if (counts['waiting'] === 0) return true
      throw new Error(JSON.stringify(counts))
    })
  const toStaging = async (version: string): Promise<void> => {
    await drive.reaches(version, 'integration', 'accepted')
    await drive.shop.ask(alice, `promote shop ${version}-rc.1 to staging`, /Queued|Prepared/)
  }
  const toProduction = async (version: string): Promise<void> => {
    await drive.promote(version, 'production')
    for (const user of [bob, carol]) {
      await drive.shop.ask(user, `approve shop ${version}-rc.1 production`, /Approved/)
    }
    await drive.reaches(version, 'production', 'awaiting_acceptance')
  }
  const acceptInProduction = async (version: string): Promise<void> => {
    await drive.shop.ask(alice, `accept shop ${version}-rc.1 production`, /Accepted/)
    await until('the release', async () => (await drive.api.release(version)).state === 'released')
  }

  test('[D.7] with the statuses of its commit, its deployments and its notes, though reports of one kind failed for a while', async () => {
    const sha = await stack.embedded.demo.repository.head()
    await reportCheck(sha, 'success')
    front.refuse = (request) => (/^POST .*\/deployments$/.test(request) ? { status: 500 } : null)
    first = await drive.cut('First *sale*')
    await toStaging(first)
    await until('the status of a later step', async () => 'slipway/staging' in statusesOf(sha))
    expect(deploymentsOf('integration')).toEqual([])
    front.refuse = () => null
    await drive.reaches(first, 'staging', 'awaiting_acceptance')
    await drive.accept(first)
    await toProduction(first)
    await acceptInProduction(first)
    await allTold()

    expect(statusesOf(sha)).toEqual({
      'slipway/build': 'success',
      'slipway/integration': 'success',
      'slipway/staging': 'success',
      'slipway/production': 'success',
    })
    expect(front.statuses.at(-1)?.target_url).toMatch(
      /^https:\/\/slipway\.example\.com\/api\/v1\/deployments\//,
    )
    expect(deploymentsOf('production')).toEqual([[sha, 'success']])
    expect(front.deployments.find(({ environment }) => environment === 'production')).toMatchObject({
      production_environment: true,
      statuses: expect.arrayContaining([
        expect.objectContaining({ state: 'success', environment_url: expect.stringMatching(/^http/) }),
      ]),
    })
    const published = await until('the release on GitHub', async () => {
      const all = await releases()
      return all.length > 0 ? all : null
    })
    expect(published).toMatchObject([
      {
        ...{ tag_name: `v${first}`, name: `${first} First *sale*` },
        body: expect.stringMatching(/^\*\*First \\\*sale\\\*\*\*\n\n### Other changes\n\n- Summer sale: /),
      },
    ])
  })

  test('[U.10] a candidate whose check is not green waits, and card, `why` and `plan` name the check', async () => {
    const merged = await mirror.mergePull({
      title: 'Sell @bob umbrellas',
      path: 'notes.txt',
      content: 'umbrellas\n',
    })
    pull = merged.number
    change = merged.commit
    second = await drive.cut('Second sale')
    await toStaging(second)
    const missing = wholeText(await drive.shop.cardSays(/ci\/test: missing/, second))
    await reportCheck(change, 'failure')
    await drive.shop.cardSays(/ci\/test: failure/, second)
    const why = await drive.shop.learn(bob, `why shop ${second}-rc.1`, /waits/)
    const plan = await drive.shop.learn(bob, `plan shop ${second}-rc.1`, /way of/)

    expect(missing).toMatch(/Waits for check/)
    expect(why).toMatch(/ci\/test is failure[^]*Since/)
    expect(plan).toMatch(/check ci\/test green \(it is failure\)/)
    expect((await drive.deployment(second, 'staging'))?.state).toBe('prepared')
  })

  test('[R.1] it goes on by itself when the check is green, though GitHub was away and the worker was killed', async () => {
    await front.goAway()
    await drive.shop.cardSays(/GitHub could not be asked/, second)
    await stack.kill('worker')
    await reportCheck(change, 'success')
    await stack.start('worker', 'worker')
    expect((await drive.deployment(second, 'staging'))?.state).toBe('prepared')
    await front.comeBack()
    await drive.reaches(second, 'staging', 'awaiting_acceptance')
    await drive.shop.ask(quinn, `accept shop ${second}-rc.1 staging`, /Accepted/)
  })

  test('[R.1] [G.8] GitHub away does not stop a release, and GitHub is told of it once, though the bot was killed meanwhile', async () => {
    await toProduction(second)
    await allTold()
    await front.goAway()
    await acceptInProduction(second)
    await until('reports that wait', async () => ((await reports())['waiting'] ?? 0) > 0)
    await stack.kill('bot')
    await stack.start('bot', 'bot')
    await front.comeBack()
    front.loseAnswerOf(/^POST .*\/releases$/)
    await allTold()
    await stack.kill('bot')
    await stack.start('bot', 'bot')
    await allTold()

    expect(statusesOf(change)).toMatchObject({
      'slipway/staging': 'success',
      'slipway/production': 'success',
    })
    expect(deploymentsOf('production').map(([, state]) => state)).toEqual(['inactive', 'success'])
    expect((await releases()).map(({ tag_name }) => tag_name).toSorted()).toEqual([`v${first}`, `v${second}`])
    const general = channelOf(stack.slack, 'C01GENERAL')
    const published = async () =>
      (await general.all()).map(wholeText).filter((text) => text.includes(`shop ${second} is released`))
    const [told = ''] = await until('the notes in the channel', async () => {
      const found = await published()
      return found.length > 0 ? found : null
    })
    expect(told).toMatch(/\*Other changes\*\n• Sell @\u200bbob umbrellas/)
    expect(await published()).toHaveLength(1)
    const notes = (await releases()).find(({ tag_name }) => tag_name === `v${second}`)?.body ?? ''
    expect(notes).toContain(`- Sell @\u200bbob umbrellas (#${pull})`)
    expect((await comments()).map(({ body }) => body)).toEqual([
      expect.stringMatching(new RegExp(`slipway:shop/production[^]*production[^]* with ${second}`)),
    ])
    expect(await reports()).toEqual({ waiting: 0, given_up: 0 })
  })
})
