/** An app on a forge that is really a local repository: a separate home folder redirects git to it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cacheFolder } from './cache-folder.js'

export interface ForgeHome {
  /** The repository's address in `slipway.yaml` and on the forge. */
  readonly address: string
  /** The variables that Slipway's processes need. */
  readonly variables: Readonly<Record<string, string>>
  /** Moves the app of a demo's configuration to the forge. */
  configure(yaml: string): string
  remove(): void
}

/** For `octocat/shop` on localhost, where the GitHub emulator listens. */
export function forgeHome(): ForgeHome {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-home-'))
  const address = 'https://localhost/octocat/shop.git'
  const cache = cacheFolder()
  return {
    address,
    variables: { HOME: folder, SLIPWAY_CACHE: cache },
    configure: (yaml) => {
      const [line = '', path = ''] = /repository: (".+")/.exec(yaml) ?? []
      writeFileSync(join(folder, '.gitconfig'), `[url ${path}]\n\tinsteadOf = ${address}\n`)
      return yaml.replace(line, `repository: ${address}`)
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
