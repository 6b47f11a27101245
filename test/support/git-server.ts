/** Real git over HTTPS, like a forge serves it: `git http-backend`, with repositories whose hooks may refuse. */
import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { join } from 'node:path'

export interface GitServer {
  /** The address of a repository below the root, by its folder's name. */
  address(repository: string): string
  /** The variables that make git trust the server. */
  readonly variables: Readonly<Record<string, string>>
  /** From now on refuses pushes to refs that match the shell pattern with this text; null ends that. */
  refuse(repository: string, pattern: string, words: string | null): void
  /** While `hang`, requests are accepted and never answered; the next mode cuts them off. A number: every answer's status. */
  behave: 'normal' | 'hang' | number
  close(): void
}

/** Serves the bare repositories of a folder. */
export async function startGitServer(root: string): Promise<GitServer> {
  const identity = join(root, 'server')
  mkdirSync(identity, { recursive: true })
  const certificate = join(identity, 'cert.pem')
  const key = join(identity, 'key.pem')
  const names = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
  const made = ['-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', certificate]
  execFileSync('openssl', ['req', '-x509', ...made, ...names], { stdio: 'pipe' })
  const hung = new Set<Socket>()
  let behaviour: GitServer['behave'] = 'normal'
  const server = createServer(
    { key: readFileSync(key), cert: readFileSync(certificate) },
    (request, response) => {
      if (started.behave === 'hang') return void hung.add(request.socket)
      if (started.behave === 'normal') serve(root, request, response)
      else response.writeHead(started.behave).end()
    },
  )
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  const started: GitServer = {
    address: (repository) => `https://127.0.0.1:${port}/${repository}`,
    variables: { GIT_SSL_CAINFO: certificate },
    get behave() {
      return behaviour
    },
    set behave(next) {
      behaviour = next
      if (next === 'hang') return
      for (const socket of hung) socket.destroy()
      hung.clear()
    },
    refuse: (repository, pattern, words) => {
      const hook = join(root, repository, 'hooks/update')
      if (words === null) return rmSync(hook, { force: true })
      mkdirSync(join(root, repository, 'hooks'), { recursive: true })
      writeFileSync(hook, `#!/bin/sh\ncase "$1" in ${pattern}) echo "${words}" >&2; exit 1;; esac\n`)
      chmodSync(hook, 0o755)
    },
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
  return started
}

function serve(root: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'https://127.0.0.1')
  const header = (name: string): string => String(request.headers[name] ?? '')
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      // Anybody with a user name may push.
      REMOTE_USER: 'slipway',
      REMOTE_ADDR: '127.0.0.1',
      REQUEST_METHOD: request.method ?? 'GET',
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: header('content-type'),
      CONTENT_LENGTH: header('content-length'),
      HTTP_CONTENT_ENCODING: header('content-encoding'),
      GIT_PROTOCOL: header('git-protocol'),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  request.pipe(backend.stdin)
  backend.stdin.on('error', () => undefined)
  const answer: Buffer[] = []
  backend.stdout.on('data', (chunk: Buffer) => answer.push(chunk))
  backend.on('close', () => {
    const whole = Buffer.concat(answer)
    const end = whole.indexOf('\r\n\r\n')
    const lines = whole.subarray(0, end).toString('latin1').split('\r\n')
    const headers = lines.map((line) => line.split(': ') as [string, string])
    const status = headers.find(([name]) => name === 'Status')?.[1] ?? '200'
    response.writeHead(Number.parseInt(status, 10), Object.fromEntries(headers))
    response.end(whole.subarray(end + 4))
  })
}
