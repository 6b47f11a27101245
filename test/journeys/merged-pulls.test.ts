/**
 * Pull requests merged by each of GitHub's three buttons: merge and squash as npm's `emulate` does them, a rebase, which it
 * does not do, by git and with GitHub's documented answer in front. git's remote is a folder, mapped by `insteadOf`; what
 * the emulator makes is copied there, with GitHub's own refs of pull requests.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { demoAuthors } from '../../local/demo-history.js'
import { git } from '../../local/git-commits.js'
import { type Api, apiOf } from '../support/api.js'
import { alice, bob, type Channel, channelOf } from '../support/channel.js'
import { type GithubEmulator, hasGithubEmulator, startGithubEmulator } from '../support/github-emulator.js'
import { type GithubFront, startGithubFront } from '../support/github-front.js'
import { copyFromGithub, mirrorOnGithub } from '../support/github-mirror.js'
import { deliverToGithubHook } from '../support/push-webhook.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

const url = 'https://github.com/octocat/shop.git'
const SECRET = 'a secret that only GitHub knows'
const REPOSITORY = '/repos/octocat/shop'
const named = z.looseObject({ sha: z.string() })
const pull = z.looseObject({ number: z.number(), head: named })

describe.skipIf(!hasGithubEmulator)(
  'a pull request, however it was merged, is picked whole, and may cut a release',
  () => {
    const home = mkdtempSync(join(tmpdir(), 'slipway-home-'))
    let github: GithubEmulator
    let front: GithubFront
    let stack: Stack
    let shop: Channel
    let api: Api
    let path = ''
    let version = ''

    beforeAll(async () => {
      github = await startGithubEmulator()
      front = await startGithubFront(github.url)
      stack = await startStack({
        configure: (yaml) => {
          const [, folder = ''] = /repository: "(.*)"/.exec(yaml) ?? []
          writeFileSync(join(home, '.gitconfig'), `[url "file://${folder}"]\n\tinsteadOf = ${url}\n`)
          return `pollEvery: never
roles: { releasers: [U01ALICE] }
apps:
  shop:
    repository: ${url}
    channel: C01SHOP
    permissions: { cut: [releasers] }
    build: { run: "ls > files.txt", artifacts: [files.txt] }
  till:
    repository: ${url}
    channel: C01GENERAL
    tag: "till-v{version}"
    pullRequests: build
    permissions: { cut: [releasers] }
    build: { run: "ls > files.txt", artifacts: [files.txt] }
    types:
      hotfix:
        { approvals: 0, acceptance: false, promote: automatic, pullRequests: { labels: [Hotfix], branches: ["fix/*"] } }
    environments:
      - { name: staging, patch: { run: "true" } }
      - { name: production, patch: { run: "true" } }
`
        },
        variables: {
          ...{ HOME: home, GITHUB_TOKEN: github.token, GITHUB_API_URL: front.url },
          SLIPWAY_WEBHOOK_SECRET: SECRET,
        },
      })
      path = stack.embedded.demo.repository.path
      shop = channelOf(stack.slack)
      api = apiOf(stack.url)
      await mirrorOnGithub(github, path).push()
      const answer = await shop.ask(alice, 'cut shop "Shop"', /Cut `/)
      version = /Cut `([^`]+)-rc\.1`/.exec(answer)?.[1] ?? ''
    })
    afterAll(async () => {
      await stack?.close()
      await front?.stop()
      await github?.stop()
      rmSync(home, { recursive: true, force: true })
    })

    const ask = (method: string, what: string, body?: object) =>
      github.ask(method, `${REPOSITORY}/${what}`, body)

    const headOf = async (branch: string): Promise<string> =>
      z.looseObject({ object: named }).parse(await ask('GET', `git/ref/heads/${branch}`)).object.sha

    /** A pull request with a commit for each file; git has its commits under GitHub's own ref. */
    async function opened(name: string, files: readonly string[]): Promise<number> {
      await ask('POST', 'git/refs', { ref: `refs/heads/${name}`, sha: await headOf('main') })
      for (const file of files) {
        const content = Buffer.from(`${file}\n`).toString('base64')
        await ask('PUT', `contents/${file}`, { message: `Add ${file}`, content, branch: name })
      }
      const order = { title: name, head: name, base: 'main' }
      const { number, head } = pull.parse(await ask('POST', 'pulls', order))
      await copyFromGithub(github, path, { ref: `refs/pull/${number}/head`, sha: head.sha })
      return number
    }

    async function merge(number: number, method: string): Promise<void> {
      await ask('PUT', `pulls/${number}/merge`, { merge_method: method })
      await copyFromGithub(github, path, { ref: 'refs/heads/main', sha: await headOf('main') })
    }

    /** Onto a trunk that has moved on meanwhile, so that its commits become others. */
    async function rebase(number: number, count: number): Promise<void> {
      await stack.embedded.demo.repository.commit({
        ...{ message: 'Meanwhile', files: { 'meanwhile.txt': 'x\n' }, author: demoAuthors.carol },
      })
      const work = join(home, 'rebase')
      await git(path, ['worktree', 'add', '--quiet', '--detach', work, 'main'])
      const by = ['-c', 'user.name=GitHub', '-c', 'user.email=noreply@github.com', '-C', work]
      execFileSync('git', [
        ...by,
        'cherry-pick',
        `refs/pull/${number}/head~${count}..refs/pull/${number}/head`,
      ])
      const last = execFileSync('git', ['-C', work, 'rev-parse', 'HEAD'], { encoding: 'utf8' }).trim()
      await git(path, ['update-ref', 'refs/heads/main', last])
      front.rebased.set(number, { sha: last, commits: count })
    }

    test.each([
      ['merge', ['a1.txt', 'a2.txt', 'a3.txt']],
      ['squash', ['b1.txt', 'b2.txt', 'b3.txt']],
      ['rebase', ['c1.txt', 'c2.txt', 'c3.txt']],
    ] as const)('[G.2] %s', async (method, files) => {
      const number = await opened(`by-${method}`, files)
      await (method === 'rebase' ? rebase(number, files.length) : merge(number, method))
      const before = (await api.release(version)).candidates
      await shop.ask(alice, `cherry-pick #${number} onto ${version}`, /Picked/)
      const after = await until('the next candidate', async () => {
        const { candidates } = await api.release(version)
        return candidates.length > before.length ? candidates : null
      })
      const changed = await git(path, [
        'diff',
        '--name-only',
        before.at(-1)?.commit ?? '',
        after.at(-1)?.commit ?? '',
      ])

      expect(changed.split('\n')).toEqual(files)
    })

    test('[G.2] one that was closed without being merged is refused', async () => {
      const number = await github.openPullRequest('closed')
      await github.closePullRequest(number)

      expect(await shop.ask(alice, `cherry-pick #${number} onto ${version}`, /did not pick/)).toMatch(
        /closed without being merged/,
      )
    })

    /** GitHub's notice of the merge, with what the emulator says of the pull request. */
    async function tellMerge(number: number): Promise<void> {
      const pullRequest = await ask('GET', `pulls/${number}`)
      const repository = { full_name: 'octocat/shop', clone_url: url }
      await deliverToGithubHook(stack, SECRET, {
        event: 'pull_request',
        body: { action: 'closed', number, pull_request: pullRequest, repository },
      })
    }

    test('[S4.20] a fix from a merged pull request goes to production without a press, once', async () => {
      const till = apiOf(stack.url, 'till')
      const other = await opened('plain', ['d1.txt'])
      await merge(other, 'merge')
      await tellMerge(other)
      const number = await opened('umbrellas', ['d2.txt'])
      await ask('POST', `issues/${number}/labels`, { labels: ['hotfix'] })
      await merge(number, 'squash')
      await Promise.all([tellMerge(number), tellMerge(number)])
      const released = await until('the release', async () =>
        (await till.releases()).find(({ state }) => state === 'released'),
      )
      await tellMerge(number)
      const second = await opened('fix/prices', ['d3.txt'])
      await merge(second, 'merge')
      await tellMerge(second)
      await until('the next one', async () => (await till.releases()).length > 1)
      const all = await till.releases()

      expect(all.map(({ title }) => title).toSorted()).toEqual([
        `fix/prices (#${second})`,
        `umbrellas (#${number})`,
      ])
      expect(released.candidates).toMatchObject([{ commit: await mergedAs(number) }])
      expect(
        (await till.release(released.version)).deployments.map(({ environment, state }) => [
          environment,
          state,
        ]),
      ).toEqual([
        ['staging', 'accepted'],
        ['production', 'accepted'],
      ])
    })

    /** GitHub's notice of a new head; `from` is the repository it comes from. */
    async function tellOpened(number: number, from = 'octocat/shop'): Promise<string> {
      const { head, ...rest } = pull.parse(await ask('GET', `pulls/${number}`))
      const pullRequest = { ...rest, head: { ...head, repo: { full_name: from } } }
      const repository = { full_name: 'octocat/shop', clone_url: url }
      await deliverToGithubHook(stack, SECRET, {
        event: 'pull_request',
        body: { action: 'opened', number, pull_request: pullRequest, repository },
      })
      return head.sha
    }

    const checked = (commit: string): Promise<boolean> =>
      until(`the check of ${commit}`, () =>
        front.statuses.some(
          ({ sha, context, state }) =>
            sha === commit && context === 'slipway/till/build' && state === 'success',
        ),
      )

    const buildsOf = (commit: string) =>
      stack.database.db
        .selectFrom('builds')
        .select('app')
        .where('commit', '=', commit as never)
        .execute()

    test('[S4.21] a pull request is built and checked before it is merged; a fork’s on a person’s word alone', async () => {
      const general = channelOf(stack.slack, 'C01GENERAL')
      const forked = await opened('theirs', ['e1.txt'])
      const theirs = await tellOpened(forked, 'mallory/shop')
      const note = await until('the question', async () =>
        (await general.all()).find(({ text }) =>
          text?.includes(`Pull request #${forked} comes from mallory/shop`),
        ),
      )
      const own = await opened('ours', ['e2.txt'])
      const ours = await tellOpened(own)
      await checked(ours)
      await general.pressIn(bob, note, /Build #/)
      await general.answer(bob, /did not have the pull request built/)
      const before = await buildsOf(theirs)
      await general.pressIn(alice, note, /Build #/)
      await checked(theirs)

      expect(before).toEqual([])
      expect(await buildsOf(theirs)).toEqual([{ app: 'till' }])
      expect(await buildsOf(ours)).toEqual([{ app: 'till' }])
      const asks = () => shop.ask(alice, `build till #${own} ${ours}`, /Building/)
      expect([await asks(), await asks()]).toEqual([1, 2].map(() => expect.stringContaining(`#${own}`)))
      // Each word has its line, also that of somebody who gave it before.
      await until('both words', async () => {
        const lines = await stack.database.db
          .selectFrom('audit')
          .selectAll()
          .where('kind', '=', 'pull.allowed')
          .execute()
        const words = lines.filter(({ facts }) => JSON.stringify(facts).includes(ours))
        return words.length === 2
      })
    })

    const mergedAs = async (number: number): Promise<string> =>
      z.looseObject({ merge_commit_sha: z.string() }).parse(await ask('GET', `pulls/${number}`))
        .merge_commit_sha
  },
)
