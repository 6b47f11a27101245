import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createGit } from '../../integrations/git/create-git.js'
import { createGitSignIn } from '../../integrations/github/git-sign-in.js'
import { openGithub } from '../../integrations/github/open-github.js'
import { createDemoRepository } from './support/demo-repository.js'

const TOKEN = 'ghs_secret'
const wanted = `Basic ${Buffer.from(`x-access-token:${TOKEN}`).toString('base64')}`

/** A private repository behind HTTPS: it lists its branches, for those who may see it. */
async function privateRemote(): Promise<(apiUrl: string, token: string) => Promise<readonly string[]>> {
  const demo = await createDemoRepository()
  demo.commit('First', { 'a.txt': 'a' })
  demo.push()
  const certificate = path.join(demo.folder, 'cert.pem')
  const server = createServer(identityIn(demo.folder, certificate), (request, response) => {
    if (request.headers.authorization !== wanted) {
      response.writeHead(404).end()
      return
    }
    const refs = execFileSync('git', ['upload-pack', '--stateless-rpc', '--advertise-refs', demo.remote])
    response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' })
    response.end(Buffer.concat([Buffer.from('001e# service=git-upload-pack\n0000'), refs]))
  })
  onTestFinished(() => void server.close())
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return async (apiUrl, token) => {
    const github = openGithub({ access: { kind: 'token', token }, apiUrl, onLimit: () => undefined })
    const git = createGit({
      folder: path.join(demo.folder, 'signed'),
      committer: { name: 'Slipway', email: 'slipway@example.test' },
      timeoutMs: 20_000,
      environment: { PATH: process.env['PATH'] ?? '', HOME: demo.folder, GIT_SSL_CAINFO: certificate },
      signIn: createGitSignIn(github),
    })
    const heads = await git.heads({ ...demo.ref, url: `https://127.0.0.1:${port}/acme/shop.git` })
    return [...heads.keys()]
  }
}

function identityIn(folder: string, certificate: string): { readonly key: Buffer; readonly cert: Buffer } {
  const key = path.join(folder, 'key.pem')
  const names = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
  const made = ['-newkey', 'rsa:2048', '-nodes', '-days', '1', '-keyout', key, '-out', certificate]
  execFileSync('openssl', ['req', '-x509', ...made, ...names], { stdio: 'pipe' })
  return { key: readFileSync(key), cert: readFileSync(certificate) }
}

test('a private repository is reached with the sign-in of its GitHub', async () => {
  const heads = await privateRemote()

  expect(await heads('https://127.0.0.1', TOKEN)).toEqual(['main'])
})

test('and with no other; what was tried is in no error', async () => {
  const heads = await privateRemote()
  const error = await heads('https://127.0.0.1', 'ghs_wrong').catch((caught: unknown) => String(caught))

  expect(error).toMatch(/not found/)
  expect(error).not.toContain('ghs_wrong')
  expect(error).not.toContain('Basic')
})

test('the sign-in of one GitHub goes to no other host', async () => {
  const heads = await privateRemote()

  await expect(heads('https://git.example.com', TOKEN)).rejects.toThrow(/not found/)
})
