/** Checkouts that cannot be made, and remotes that refuse or hang: each ends in a state that people are told. */
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, apiOf } from '../support/api.js'
import { alice, type Channel, channelOf, wholeText } from '../support/channel.js'
import { type GitJourney, startGitJourney } from '../support/git-journey.js'
import { reachedIn } from '../support/progress.js'
import { until } from '../support/until.js'

const environments = [
  'environments:',
  '  - { name: integration, mode: continuous, patch: { run: "true" }, check: { run: "true" } }',
  '  - { name: production, patch: { run: "true" }, check: { run: "true" } }',
]

describe('what cannot be checked out', () => {
  let journey: GitJourney
  let shop: Channel
  let api: Api

  beforeAll(async () => {
    journey = await startGitJourney({ shop: environments })
    shop = channelOf(journey.stack.slack)
    api = apiOf(journey.stack.url)
  })
  afterAll(async () => journey?.close())

  async function cut(title: string): Promise<string> {
    const answer = await shop.ask(alice, `cut shop "${title}"`, /Cut `/)
    return /Cut `([^`]+)-rc\.1`/.exec(answer)?.[1] ?? ''
  }
  const built = (version: string, state: string) =>
    until(`${version} ${state}`, async () => {
      const [candidate] = (await api.release(version)).candidates
      return candidate?.state === state
    })
  const mirrors = (): readonly string[] => {
    const folder = join(journey.stack.dataFolder, 'git')
    return readdirSync(folder).map((name) => join(folder, name))
  }
  /** The processes of git that speak with the remote. */
  const gits = (): readonly string[] =>
    readdirSync('/proc').filter((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
        return command.startsWith('git') && command.includes(journey.server.address('shop.git'))
      } catch {
        return false
      }
    })

  test('[G.4] a file that no folder takes fails the build within a few tries, with git’s words', async () => {
    await journey.commit('A long name', { ['x'.repeat(300)]: 'x\n' })
    const version = await cut('Too long')
    await built(version, 'build_failed')
    const card = wholeText(await shop.cardSays(/File name too long/, version))
    const events = await api.events(version)
    await journey.commit('A short name', { ['x'.repeat(300)]: null })
    const next = await cut('Short again')
    await built(next, 'ready')

    expect(card).toMatch(/cannot be put into a folder/)
    expect(events.some(({ says }) => /cannot be put into a folder: git read-tree/.test(says))).toBe(true)
    expect(readdirSync(join(journey.stack.dataFolder, 'work'))).toEqual([])
  })

  test('[G.4] a remote that refuses ends a stage at once; Retry goes on when it does not any more', async () => {
    const version = await cut('To be refused')
    await until('integration to have it', async () =>
      (await api.release(version)).deployments.some(({ state }) => state === 'accepted'),
    )
    for (const mirror of mirrors()) rmSync(mirror, { recursive: true, force: true })
    journey.server.behave = 403
    await shop.ask(alice, `promote ${version} to production`, /production/)
    const failed = await until('the deployment to fail', async () =>
      (await api.release(version)).deployments.find(({ state }) => state === 'failed'),
    )
    await shop.cardSays(/403/, version)
    journey.server.behave = 'normal'
    await shop.ask(alice, 'retry shop production', /Retrying/)
    await reachedIn(api, version, { environment: 'production', state: 'awaiting_acceptance' })
    await shop.ask(alice, `accept shop ${version}-rc.1 production`, /Accepted/)

    expect(failed?.environment).toBe('production')
  })

  test('[G.4] a remote that hangs is given up, told as one that does not answer, and leaves no process', async () => {
    journey.server.behave = 'hang'
    const answer = await shop.ask(alice, 'cut shop "Nobody answers"', /did not do it/)
    journey.server.behave = 'normal'

    expect(answer).toMatch(/The repository does not answer: .*nothing was heard for 60 s/)
    await until('no process of git to be left', async () => gits().length === 0)
  })

  test('[G.4] a history that was rewritten, production’s commit with it, stops no cut: since is not known', async () => {
    const running = (await api.environment('production')).current?.commit ?? ''
    const orphan = await journey.git('commit-tree', '-m', 'All new', 'main^{tree}')
    const tags = (await journey.git('tag', '--list')).split('\n').filter(Boolean)
    await journey.git('update-ref', 'refs/heads/main', orphan)
    await journey.git('tag', '--delete', ...tags)
    await journey.git('reflog', 'expire', '--expire=now', '--all')
    await journey.git('gc', '--quiet', '--prune=now')
    for (const mirror of mirrors()) rmSync(mirror, { recursive: true, force: true })
    const version = await cut('Rewritten')
    await built(version, 'ready')
    await shop.cardSays(/What's in it\* since .*: unknown, the repository has that commit no more/, version)

    await expect(journey.git('cat-file', '-e', running)).rejects.toThrow(/failed/)
  })
})
