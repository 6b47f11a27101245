/** A stack whose apps share one repository behind HTTPS, with builds and deployments that do next to nothing. */
import { join } from 'node:path'
import { demoAuthors } from '../../local/demo-history.js'
import { git } from '../../local/git-commits.js'
import { type GitServer, startGitServer } from './git-server.js'
import { removeFolder } from './remove-folder.js'
import { newStackHome, type Stack, startStack } from './stack.js'

export interface GitJourney {
  readonly stack: Stack
  readonly server: GitServer
  /** Runs git in the remote's own folder. */
  git(...args: readonly string[]): Promise<string>
  /** Adds a commit to a branch of the remote, trunk unless named. */
  commit(message: string, files: Readonly<Record<string, string | null>>, branch?: string): Promise<string>
  close(): Promise<void>
}

/** `apps`: for each, further lines of its configuration, without indentation. */
export async function startGitJourney(
  apps: Readonly<Record<string, readonly string[]>>,
  variables: Readonly<Record<string, string>> = {},
): Promise<GitJourney> {
  const home = await newStackHome()
  const server = await startGitServer(join(home.dataFolder, 'demo'))
  const stack = await startStack({
    home,
    variables: { ...server.variables, ...variables },
    configure: () => configurationOf(apps, server.address('shop.git')),
  })
  const { repository } = stack.embedded.demo
  return {
    stack,
    server,
    git: (...args) => git(repository.path, args),
    commit: (message, files, branch) =>
      repository.commit({
        ...{ message, files, author: demoAuthors.bob },
        ...(branch === undefined ? {} : { branch }),
      }),
    close: async () => {
      await stack.close()
      server.close()
      await removeFolder(home.dataFolder)
    },
  }
}

function configurationOf(apps: Readonly<Record<string, readonly string[]>>, repository: string): string {
  const written = Object.entries(apps).map(([name, lines]) =>
    [
      `  ${name}:`,
      ...[
        `repository: ${repository}`,
        `channel: ${name === 'shop' ? 'C01SHOP' : 'C01GENERAL'}`,
        'permissions: { cut: [releasers], override: [releasers] }',
        'build: { run: "ls > files.txt", artifacts: [files.txt] }',
        ...lines,
      ].map((line) => `    ${line}`),
    ].join('\n'),
  )
  return `command: /release
pollEvery: never
roles: { releasers: [U01ALICE, U01BOB], qa: [U01ALICE, U01QUINN], sre: [U01CAROL] }
apps:
${written.join('\n')}
`
}

/** One environment that accepts every candidate automatically: a cut is soon released. */
export const straightToUsers: readonly string[] = [
  'environments:',
  '  - { name: production, mode: continuous, patch: { run: "true" }, check: { run: "true" } }',
]
