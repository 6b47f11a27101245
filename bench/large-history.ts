/** P.8: a cut from a large repository, the first time and again, compared with the bare git commands. */
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { type ApiRelease, apiOf } from '../test/support/api.js'
import { alice, channelOf } from '../test/support/channel.js'
import { type Stack, startStack } from '../test/support/stack.js'
import { until } from '../test/support/until.js'
import { configurationOf } from './configuration.js'
import { type Say, timed } from './figures.js'
import { makeLargeRepository } from './large-repository.js'
import { cutsOf } from './order-times.js'

const SIZE = { files: 50_000, commits: 20_000, tags: 10_000 }
const PATIENCE_MS = 300_000
const run = promisify(execFile)
const who = ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.com']

const SMALL = { files: 2, commits: 1, tags: 1 }
const CUTS = ['first', 'the same commit again', 'a new commit'] as const

/** The same app with stages that declare what they need of the commit, and with the default. */
const kinds = {
  said: {
    title: 'build and check read the shared checkout, patch takes none',
    ...{ build: ', checkout: shared', patch: ', checkout: none', check: ', checkout: shared' },
  },
  own: { title: 'each stage has a checkout of its own', build: '', patch: '', check: '' },
} as const
type Kind = keyof typeof kinds

/** Prints each cut beside the bare commands for the same, and beside a cut of a nearly empty repository. */
export async function largeHistory(say: Say): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-large-'))
  try {
    const small = await makeLargeRepository(join(folder, 'small'), SMALL)
    const start = performance.now()
    const large = await makeLargeRepository(join(folder, 'large'), SIZE)
    say('[P.8] A cut of a repository of 50,000 files, 20,000 commits and 10,000 tags; stages are `true`.')
    say(`      (made in ${((performance.now() - start) / 1_000).toFixed(0)} s)`)
    for (const kind of ['said', 'own'] as const) await measure(kind, { folder, large, small }, say)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Repositories {
  readonly folder: string
  readonly large: string
  readonly small: string
}

async function measure(kind: Kind, { folder, large, small }: Repositories, say: Say): Promise<void> {
  const apps = [appOf('large', large, kind), appOf('small', small, kind)]
  const stack = await startStack({ configure: () => `pollEvery: never\n${configurationOf(apps)}` })
  const bare = bareCommands(large, join(folder, `bare-${kind}`))
  const columns = ['version told', 'built', 'in integration', 'of a small one', 'bare git', '×', 'its own ×']
  try {
    say('')
    say(`${`[P.8] ${kinds[kind].title}, ms`.padEnd(TITLE)}${columns.map(cell).join('')}`)
    for (const title of CUTS) {
      if (title === 'a new commit')
        for (const repository of [large, small]) await commitTo(repository, `Of ${kind}`)
      const git = await timed(() => bare())
      const { integration: least } = await cutBySlipway(stack, 'small', `${kind} ${title}`)
      const { told, built, integration } = await cutBySlipway(stack, 'large', `${kind} ${title}`)
      const times = [told, built, integration, least, git].map((ms) => ms.toFixed(0))
      const ratios = [integration / git, (integration - least) / git].map((ratio) => ratio.toFixed(2))
      say(`${`  ${title}`.padEnd(TITLE)}${[...times, ...ratios].map(cell).join('')}`)
    }
  } finally {
    await stack.close()
  }
}

const TITLE = 68
const cell = (text: string): string => text.padStart(16)

const appOf = (name: 'large' | 'small', repository: string, kind: Kind): string => `  ${name}:
    repository: ${repository}
    channel: C01SHOP
    tag: ${kind}-v{version}
    permissions: { cut: [everyone] }
    build: { run: "true", artifacts: [area-0/part-0/file-0.ts]${kinds[kind].build} }
    environments:
      - name: integration
        mode: continuous
        patch: { run: "true"${kinds[kind].patch} }
        check: { run: "true"${kinds[kind].check} }
`

interface CutTimes {
  readonly told: number
  readonly built: number
  readonly integration: number
}

/** Milliseconds from the order in Slack until the read API shows it. */
async function cutBySlipway(
  { slack, url, database }: Stack,
  app: 'large' | 'small',
  name: string,
): Promise<CutTimes> {
  const title = `${app} ${name}`
  const start = performance.now()
  const shown = async (what: string, isSo: (release: ApiRelease) => boolean): Promise<number> => {
    await until(
      what,
      async () => (await apiOf(url, app).releases()).find((one) => one.title === title && isSo(one)),
      PATIENCE_MS,
    )
    return performance.now() - start
  }
  await channelOf(slack).command(alice, `cut ${app} "${title}"`)
  const built = shown('built', ({ candidates }) => candidates.some(({ state }) => state === 'ready'))
  const integration = shown('in integration', ({ deployments }) =>
    deployments.some(({ state }) => state === 'accepted'),
  )
  const told = await until(
    'told',
    async () => (await cutsOf(database.db, title))[0]?.toldAfterMs ?? null,
    PATIENCE_MS,
  )
  return { told, built: await built, integration: await integration }
}

/** The bare git commands for the same, on each call: one checkout for each commit, a tag for each cut. */
function bareCommands(repository: string, folder: string): () => Promise<void> {
  const mirror = join(folder, 'mirror.git')
  const checkouts = new Set<string>()
  let cuts = 0
  const git = async (...args: readonly string[]): Promise<string> =>
    (await run('git', ['-C', mirror, ...args])).stdout.trim()
  return async () => {
    if (cuts === 0) await run('git', ['clone', '--quiet', '--mirror', '--no-local', repository, mirror])
    else await git('fetch', '--quiet', '--prune')
    const commit = await git('rev-parse', 'main')
    await git('shortlog', '--summary', '--email', commit)
    const tree = join(folder, commit)
    if (!checkouts.has(commit)) {
      mkdirSync(tree, { recursive: true })
      await git('--work-tree', tree, 'read-tree', '--reset', '-u', commit)
    }
    checkouts.add(commit)
    const tag = `${basename(folder)}-${cuts++}`
    await git(...who, 'tag', '--annotate', '--message', tag, tag, commit)
    await git('push', '--quiet', '--no-mirror', repository, `refs/tags/${tag}`)
  }
}

async function commitTo(repository: string, message: string): Promise<void> {
  const git = async (...args: readonly string[]): Promise<string> =>
    (await run('git', ['-C', repository, ...who, ...args])).stdout.trim()
  const commit = await git('commit-tree', 'main^{tree}', '-p', 'main', '-m', message)
  await git('update-ref', 'refs/heads/main', commit)
}
