/** A remote that refuses, is away, or says nothing, over HTTPS as forges are. */
import { describe, expect, it, onTestFinished } from 'vitest'
import { processesWith } from '../support/command-lines.js'
import { startGitServer } from '../support/git-server.js'
import { createDemoRepository } from './support/demo-repository.js'

async function withFix() {
  const demo = await createDemoRepository()
  const base = demo.commit('Base', { 'a.txt': 'a' })
  const fix = demo.commit('Fix', { 'b.txt': 'b' })
  demo.push()
  return { demo, base, fix }
}

describe('a remote that refuses', () => {
  it('is distinguished from one that is away, with its own words', async () => {
    const { demo, base, fix } = await withFix()
    const server = await startGitServer(demo.folder)
    onTestFinished(() => server.close())
    const git = demo.gitWith(server.variables)
    const ref = { ...demo.ref, url: server.address('remote.git') }
    const order = { onto: base, branch: 'release/v1', picks: [fix] }
    server.refuse('remote.git', 'refs/heads/release/*', 'GH013: branch creation is restricted')

    const error = await git.cherryPick(ref, order).catch((caught: unknown) => caught)

    expect(error).toMatchObject({ name: 'GitRefusedError' })
    expect(String(error)).toContain('GH013')
    server.refuse('remote.git', '', null)
    expect(await git.cherryPick(ref, order)).toMatchObject({ kind: 'picked', picked: [fix] })
    server.behave = 503
    const away = await git.branchHead(ref, 'main').catch((caught: unknown) => caught)
    expect(away).toMatchObject({ name: 'GitAwayError' })
    server.behave = 403
    const closed = await git.branchHead(ref, 'main').catch((caught: unknown) => caught)
    expect(closed).toMatchObject({ name: 'GitRefusedError' })
  })

  it('refuses a tag with a reason; allowed, the same tag is made', async () => {
    const { demo, base } = await withFix()
    const server = await startGitServer(demo.folder)
    onTestFinished(() => server.close())
    const git = demo.gitWith(server.variables)
    const ref = { ...demo.ref, url: server.address('remote.git') }
    const tag = { name: 'v1', commit: base, message: 'shop 1\n\nCut by Alice.\n', at: '2026-11-28T09:00:00Z' }
    server.refuse('remote.git', 'refs/tags/*', 'GH013: tag creation is restricted')

    const refused = await git.tag(ref, tag)

    expect(refused).toEqual({ kind: 'refused', reason: 'GH013: tag creation is restricted' })
    server.refuse('remote.git', '', null)
    expect(await git.tag(ref, tag)).toEqual({ kind: 'tagged' })
  })
})

describe('a remote that takes a connection and says nothing', () => {
  it('is given up after a while, and nothing of git is left running', async () => {
    const { demo } = await withFix()
    const server = await startGitServer(demo.folder)
    onTestFinished(() => server.close())
    server.behave = 'hang'
    const git = demo.gitWith(server.variables, { silentMs: 1_000 })
    const url = server.address('remote.git')

    const error = await git.branchHead({ ...demo.ref, url }, 'main').catch((caught: unknown) => caught)

    expect(error).toMatchObject({ name: 'GitAwayError' })
    expect(String(error)).toMatch(/git fetch was ended: nothing was heard for 1 s/)
    expect(processesWith(url)).toEqual([])
  })
})
