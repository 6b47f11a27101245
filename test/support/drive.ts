/** A release driven by commands and watched through the read API, for journeys in which things break on the way. */
import { demoAuthors } from '../../local/demo-history.js'
import { type Api, type ApiDeployment, apiOf, type DemoEffect, demoEffects } from './api.js'
import { alice, type Channel, channelOf, quinn } from './channel.js'
import type { Stack } from './stack.js'
import { until } from './until.js'

/** After a crash leases have to expire first: 10 s of a heartbeat, 30 s of a claim. */

/** Configuration for a journey that counts actions: no commit is deployed except by its release. */
export const withoutPushes = (yaml: string): string => `pollEvery: never\n${yaml}`

export interface Drive {
  readonly shop: Channel
  readonly api: Api
  /** Adds a commit to trunk with the given `behaviour.json`; returns its id. */
  commit(behaviour: object, files?: Readonly<Record<string, string>>): Promise<string>
  /** Cuts the head of trunk and returns the version. */
  cut(title: string): Promise<string>
  /** Until it is recorded: the workflow answers a moment before. */
  promote(version: string, environment: string): Promise<void>
  /** QA's decision on staging. */
  accept(version: string): Promise<void>
  /** The newest deployment of a release in an environment. */
  deployment(version: string, environment: string): Promise<ApiDeployment | undefined>
  /** Waits until the newest deployment there is in one of the states. */
  reaches(version: string, environment: string, ...states: readonly string[]): Promise<ApiDeployment>
  /** What the demo's host did for a commit in an environment, as `key action`. */
  done(commit: string, environment?: string): Promise<readonly string[]>
  /** Waits until the host did it. */
  sees(commit: string, environment: string, action: string): Promise<DemoEffect>
}

export function driveOf(stack: Stack): Drive {
  const shop = channelOf(stack.slack)
  const api = apiOf(stack.url, 'shop', stack.variables['SLIPWAY_API_TOKEN'] ?? null)
  const { repository, hostUrl } = stack.embedded.demo
  const deployment: Drive['deployment'] = async (version, environment) =>
    (await api.release(version)).deployments.filter((one) => one.environment === environment).at(-1)
  const effects = async (commit: string): Promise<readonly DemoEffect[]> =>
    (await demoEffects(hostUrl)).filter((one) => one.commit === commit)
  return {
    shop,
    api,
    deployment,
    commit: (behaviour, files = {}) =>
      repository.commit({
        message: `Behave as ${JSON.stringify(behaviour)}`,
        author: demoAuthors.bob,
        files: { 'deploy/behaviour.json': JSON.stringify(behaviour), ...files },
      }),
    cut: async (title) => {
      const answer = await shop.ask(alice, `cut shop "${title}"`, /Cut `/)
      const [, version] = /Cut `([^`]+)-rc\.1`/.exec(answer) ?? []
      if (!version) throw new Error(`No version in: ${answer}`)
      return version
    },
    // The environment shows its acceptance a moment before its release learns of it.
    promote: async (version, environment) => {
      await until(`the order for ${environment}`, async () => {
        const order = `promote shop ${version}-rc.1 to ${environment}`
        return /Queued|Prepared/.test(await shop.ask(alice, order, /Queued|Prepared|not accepted/))
      })
      await until(`the record of ${version} in ${environment}`, () => deployment(version, environment))
    },
    accept: async (version) => {
      await shop.ask(quinn, `accept shop ${version}-rc.1 staging`, /Accepted/)
    },
    reaches: (version, environment, ...states) =>
      until(`${version} in ${environment} to be ${states.join(' or ')}`, async () => {
        const found = await deployment(version, environment)
        if (found && states.includes(found.state)) return found
        throw new Error(`it is ${found?.state ?? 'not deployed'}`)
      }),
    done: async (commit, environment) =>
      (await effects(commit))
        .filter((one) => environment === undefined || one.environment === environment)
        .map(({ key, action }) => `${key} ${action}`),
    sees: (commit, environment, action) =>
      until(`${action} in ${environment}`, async () =>
        (await effects(commit)).find((one) => one.environment === environment && one.action === action),
      ),
  }
}
