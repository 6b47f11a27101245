/** Two apps on one Slipway: `bank`, which has a secret, and `lab`, whose commits do what they can to reach it. */
import { createHmac, randomInt, randomUUID } from 'node:crypto'
import type { SandboxKind } from '../../domain/sandbox.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

const bob = { name: 'Bob', email: 'bob@example.com' }

export interface Neighbours {
  readonly stack: Stack
  /** Of these alone: others on the same machine may keep theirs worse. */
  readonly secrets: { readonly forge: string; readonly bank: string }
  /** Pushes a script as a commit of an app's branch; its environment runs it at once. Returns the commit. */
  push(branch: Branch, script: string): Promise<string>
  /** The deployment of a commit, once it is in one of the states. */
  deployment(
    commit: string,
    ...states: readonly string[]
  ): Promise<{ readonly id: string; readonly state: string }>
  /** What a deployment's stages wrote. */
  log(id: string): Promise<string>
}

/** Each is followed by one environment. */
export type Branch = 'bank' | 'lab' | 'brief'

/** No other Slipway of this machine, nor another run of these tests, has the same: what ends one's processes would end the other's. */
export const firstUid = 100_000 + 10 * randomInt(50_000)

/** Starts them under a kind of sandbox. */
export async function startNeighbours(sandbox: SandboxKind): Promise<Neighbours> {
  const secrets = {
    forge: `known to the forge alone ${randomUUID()}`,
    bank: `the-combination-of-the-vault-${randomUUID()}`,
  }
  const stack = await startStack({
    variables: {
      SLIPWAY_SANDBOX: sandbox,
      SLIPWAY_SANDBOX_UIDS: `${firstUid}-${firstUid + 9}`,
      SLIPWAY_WEBHOOK_SECRET: secrets.forge,
      BANK_SECRET: secrets.bank,
    },
    configure: twoApps,
  })
  let count = 0
  return {
    stack,
    secrets,
    push: async (branch, script) => {
      const { repository } = stack.embedded.demo
      const files = { 'notes.txt': `${count++}\n`, [`deploy/${branch}.sh`]: script }
      const commit = await repository.commit({
        files,
        message: `Run a script of ${branch}`,
        author: bob,
        branch,
      })
      await deliver(stack, secrets.forge, { ref: `refs/heads/${branch}`, after: commit })
      return commit
    },
    deployment: (commit, ...states) =>
      until(`the deployment of ${commit} to be ${states.join(' or ')}`, async () => {
        const found = await stack.database.db
          .selectFrom('deployments')
          .select(['id', 'state'])
          .where('commit', '=', commit as never)
          .executeTakeFirst()
        if (found && states.includes(found.state)) return found
        throw new Error(`it is ${found?.state ?? 'not there'}`)
      }),
    log: async (id) => (await fetch(`${stack.url}/api/v1/deployments/${id}/log`)).text(),
  }
}

async function deliver(
  stack: Stack,
  secret: string,
  push: { readonly ref: string; readonly after: string },
): Promise<void> {
  const repository = { clone_url: stack.embedded.demo.repository.path }
  const body = JSON.stringify({ ...push, repository, before: '0'.repeat(40) })
  const signature = createHmac('sha256', secret).update(body).digest('hex')
  const answer = await fetch(`${stack.url}/webhooks/github`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${signature}`,
    },
  })
  if (!answer.ok) throw new Error(`The push was answered ${answer.status}`)
}

function twoApps(demoYaml: string): string {
  const repository = /repository: (".*")/.exec(demoYaml)?.[1] ?? ''
  const app = (name: string, rest: string): string => `  ${name}:
    repository: ${repository}
    channel: C01SHOP
    tag: ${name}-v{version}
    permissions: { cut: [everyone], override: [everyone] }
    build: { run: "true", artifacts: [package.json] }
    environments:
${rest}`
  const follows = (branch: Branch, timeout: string, more = ''): string =>
    `      - { name: ${branch}, mode: continuous, branch: ${branch}, patch: { run: sh deploy/${branch}.sh, timeout: ${timeout}, retries: 0 }${more} }
`
  return `pollEvery: never
roles: { everyone: [U01ALICE, U01BOB] }
apps:
${app('bank', follows('bank', '10m', ', secrets: [BANK_SECRET]'))}${app('lab', follows('lab', '10m') + follows('brief', '5s', ', alongside: lab'))}`
}
