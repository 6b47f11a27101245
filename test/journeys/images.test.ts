/** Builds that push images: what was built is what is deployed, as the registry says (G.10). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoAuthors } from '../../local/demo-history.js'
import { type Api, apiOf } from '../support/api.js'
import { alice, bob, type Channel, channelOf } from '../support/channel.js'
import { type Drive, driveOf } from '../support/drive.js'
import {
  hasImageRegistry,
  type ImageRegistry,
  openImageRegistry,
  PUSH,
  REGISTRY_SECRET,
} from '../support/image-registry.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

/** The first environment takes everything; production is approved by one and has nothing to run. */
const withImages =
  ({ host, port }: ImageRegistry) =>
  (yaml: string): string => {
    const [head = ''] = yaml.split('    build:')
    const sandbox = /^ {4}sandbox:.*\n/m.exec(yaml)?.[0] ?? ''
    return `pollEvery: never
registries: { "${host}": { user: ci, secret: REGISTRY_TOKEN } }
${head}    build: { run: sh build.sh ${host}, secrets: [REGISTRY_TOKEN], network: none, ports: [${port}] }
${sandbox}    environments:
      - { name: integration, mode: continuous, patch: { run: "true", network: none } }
      - name: production
        approve: { from: [release-managers], fourEyes: true }
        patch: { run: "true", network: none }
        check: { run: "true", network: none }
`
  }

describe.skipIf(!hasImageRegistry)('images of a registry', () => {
  let registry: ImageRegistry
  let stack: Stack
  let shop: Channel
  let api: Api
  let drive: Drive

  beforeAll(async () => {
    registry = await openImageRegistry()
    stack = await startStack({
      configure: withImages(registry),
      variables: { REGISTRY_TOKEN: REGISTRY_SECRET },
    })
    shop = channelOf(stack.slack)
    api = apiOf(stack.url)
    drive = driveOf(stack)
  })
  afterAll(async () => {
    await stack?.close()
    await registry?.close()
  })

  /** A release whose build pushes `shop/web:{tag}`, once it is accepted in integration. */
  async function released(tag: string): Promise<string> {
    await stack.embedded.demo.repository.commit({
      message: tag,
      author: demoAuthors.bob,
      files: {
        'push.mjs': PUSH,
        'build.sh': `node push.mjs "$1" shop/web:${tag} ${tag} >> "$SLIPWAY_OUTPUT"`,
      },
    })
    const version = await drive.cut(tag)
    await drive.reaches(version, 'integration', 'accepted')
    return version
  }
  const approved = async (version: string): Promise<void> => {
    await shop.ask(alice, `promote shop ${version}-rc.1 to production`, /Prepared/)
    await shop.ask(bob, `approve shop ${version}-rc.1 production`, /Approved/)
  }
  const inProduction = async () =>
    (await api.environments()).find(({ name }) => name === 'production')?.current?.version
  const runs = async (version: string): Promise<void> => {
    await shop.ask(alice, `accept shop ${version}-rc.1 production`, /Accepted/)
    await drive.reaches(version, 'production', 'accepted')
  }
  /** Without the marks that keep Slack from making links of what is none. */
  const plain = (line: string): string => line.replaceAll('\u200b', '')
  const told = (version: string, pattern: RegExp): Promise<string> =>
    until(`${pattern} in the thread`, async () =>
      (await shop.thread(version)).map(plain).find((line) => pattern.test(line)),
    )

  test('[G.10] a tag that is moved between approval and deployment stops it, and moved back it goes', async () => {
    const version = await released('one')
    const [candidate] = (await api.release(version)).candidates
    await shop.ask(alice, `promote shop ${version}-rc.1 to production`, /Prepared/)
    registry.push('shop/web:one', 'something else')
    await shop.ask(bob, `approve shop ${version}-rc.1 production`, /Approved/)
    await drive.reaches(version, 'production', 'failed')
    const line = await told(version, /was moved to sha256:/)

    expect(line).toContain(`shop/web:one@${candidate?.artifactDigest}`)
    expect(line).toMatch(/Nothing was touched/)
    expect(await inProduction()).toBeUndefined()
    registry.push('shop/web:one', 'one')
    await shop.ask(alice, 'retry shop production', /Retrying/)
    await drive.reaches(version, 'production', 'awaiting_acceptance')
    await runs(version)
  })

  test('[G.10] a manifest that was deleted stops the roll back to it, and what runs goes on', async () => {
    const first = (await inProduction()) ?? ''
    const [candidate] = (await api.release(first)).candidates
    const version = await released('two')
    await approved(version)
    await drive.reaches(version, 'production', 'awaiting_acceptance')
    await runs(version)
    await registry.remove('shop/web', candidate?.artifactDigest ?? '')
    await shop.ask(alice, `rollback shop production --reason "errors" --yes`, /Rolling back|roll/i)
    await told(first, /has no image .*shop\/web:one@.* any more/)

    expect(await inProduction()).toBe(version)
    registry.push('shop/web:one', 'one')
    await shop.ask(alice, 'retry shop production', /Retrying/)
    await until('the roll back', async () => (await inProduction()) === first)
  })

  test('[G.10] a registry that is away: a promotion waits for Retry or an override, a roll back for nothing', async () => {
    const version = await released('three')
    await registry.stop()
    await shop.ask(alice, 'resume shop production', /resume|Resumed|automat/i)
    await approved(version)
    await drive.reaches(version, 'production', 'failed')
    await told(version, /did not say whether it is what was built: it could not be reached/)
    await shop.ask(alice, 'retry shop production --override "users wait"', /Retrying/)
    expect(await told(version, /goes to production although nobody could say/)).toMatch(
      /Its override passes that/,
    )
    await drive.reaches(version, 'production', 'awaiting_acceptance')
    await runs(version)
    await shop.ask(alice, `rollback shop production --reason "errors" --yes`, /Rolling back|roll/i)
    await until('the roll back', async () => (await inProduction()) !== version)
  })
})
