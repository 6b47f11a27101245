/** An app on a forge that is really a repository of this machine: git is told so in a home folder of its own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cacheFolder } from './cache-folder.js'

export interface ForgeHome {
  /** How the app's repository is named in `slipway.yaml`, and by the forge. */
  readonly address: string
  /** What Slipway's processes need to see. */
  readonly variables: Readonly<Record<string, string>>
  /** Puts the app of a demo's configuration onto the forge. */
  configure(yaml: string): string
  remove(): void
}

/** For `octocat/shop` on localhost, where the stand-in for GitHub listens. */
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
