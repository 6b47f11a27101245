/** Who is accountable for what agents wrote, where only the forge knows who merged it. */
import { describe, expect, test } from 'vitest'
import { answering, type ForgeCommit } from '../../domain/authorship.js'
import type { CommitSha } from '../../domain/identifiers.js'
import { readAuthors } from '../../workflows/activities/read-authors.js'
import { createDemoRepository, type DemoRepository, sha } from '../integrations/support/demo-repository.js'

const identities = { people: [], agents: ['dependabot[bot]'] }
const BOT = 'dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>'
const bob = '7+bob-codes@users.noreply.github.com'

/** As the forge's squash button commits: in the forge's own name. */
function squashed(demo: DemoRepository, subject: string, author = BOT): CommitSha {
  demo.commit(subject, { [`${subject}.txt`]: 'x' })
  const amend = ['commit', '--quiet', '--amend', '--no-edit', `--author=${author}`]
  demo.runAs('noreply@github.com', ...amend)
  return sha(demo.run('rev-parse', 'HEAD'))
}

async function read(
  demo: DemoRepository,
  from: CommitSha,
  mergerOf: ((one: ForgeCommit) => Promise<string | null>) | null,
) {
  demo.push()
  await demo.git.branchHead(demo.ref, 'main')
  const asked: ForgeCommit[] = []
  const troubles: unknown[] = []
  const needs = {
    git: demo.git,
    identities: () => identities,
    onForgeTrouble: (error: unknown) => void troubles.push(error),
    pullRequests: mergerOf && {
      mergerOf: (_repository: unknown, one: ForgeCommit) => {
        asked.push(one)
        return mergerOf(one)
      },
    },
  }
  const to = sha(demo.run('rev-parse', 'main'))
  return { authors: await readAuthors(needs, demo.ref, { from, to, limit: 500 }), asked, troubles }
}

async function withBase() {
  const demo = await createDemoRepository()
  return { demo, base: demo.commit('Base', { 'a.txt': 'one\n' }) }
}

describe('an agent’s squashed pull request', () => {
  test('belongs to whom the forge names as its merger, and nobody else’s is asked about', async () => {
    const { demo, base } = await withBase()
    const bump = squashed(demo, 'Bump one (#12)')
    squashed(demo, 'By a person (#13)', 'Carol <carol@example.com>')

    const { authors, asked } = await read(demo, base, async () => bob)

    expect(asked).toEqual([{ commit: bump, pull: 12 }])
    expect(authors.map((one) => answering(identities, one))).toEqual([['carol@example.com'], [bob]])
  })

  test('stays without a person where the forge does not know, fails, or is none', async () => {
    const { demo, base } = await withBase()
    const commit = squashed(demo, 'Bump one')
    const away = async () => Promise.reject(new Error('Away'))
    const unknown = [{ commit, wrote: ['49699333+dependabot[bot]@users.noreply.github.com'], merged: null }]

    expect(await read(demo, base, async () => null)).toMatchObject({ authors: unknown, troubles: [] })
    expect(await read(demo, base, away)).toMatchObject({ authors: unknown, troubles: [new Error('Away')] })
    expect((await read(demo, base, null)).authors).toEqual(unknown)
  })

  test('is one of at most twenty that the forge is asked about, and a failure takes nothing from the others', async () => {
    const { demo, base } = await withBase()
    for (let number = 1; number <= 25; number++) squashed(demo, `Bump (#${number})`)

    const { authors, asked, troubles } = await read(demo, base, async ({ pull }) => {
      if (pull === 25) throw new Error('Away')
      return `${pull}+merger@users.noreply.github.com`
    })

    expect(asked.map(({ pull }) => pull)).toEqual(Array.from({ length: 20 }, (_, index) => 25 - index))
    // Those of whom nothing is known are one group.
    expect([authors.length, troubles.length]).toEqual([20, 1])
  })
})
