/** Drives a story: commits to the demo's repository, and waiting for what the read API shows of them. */
import { demoAuthors } from '../../local/demo-history.js'
import type { Api } from './api.js'
import type { Stack } from './stack.js'
import { until } from './until.js'

/** Adds a commit by Bob, to trunk unless a branch is named. Returns its full id. */
export function commitTo(
  { embedded }: Pick<Stack, 'embedded'>,
  message: string,
  {
    files,
    branch,
  }: { readonly files: Readonly<Record<string, string>>; readonly branch?: string | undefined },
): Promise<string> {
  const on = branch === undefined ? {} : { branch }
  return embedded.demo.repository.commit({ message, files, author: demoAuthors.bob, ...on })
}

/** Waits until a deployment of the release in the environment has the state. */
export async function reachedIn(
  api: Api,
  version: string,
  { environment, state }: { readonly environment: string; readonly state: string },
): Promise<void> {
  await until(`${version} ${state} in ${environment}`, async () => {
    const { deployments } = await api.release(version)
    if (deployments.some((one) => one.environment === environment && one.state === state)) return true
    throw new Error(JSON.stringify(deployments))
  })
}
