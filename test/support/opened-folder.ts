import { chmodSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder that every stage of the demo may write to; the caller removes it. */
export function newOpenedFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-opened-'))
  // In a sandbox under root the stages are another user.
  chmodSync(folder, 0o777)
  return folder
}

/** The demo's configuration with the folder in its app's sandbox. */
export function openedTo(folder: string, yaml: string): string {
  const [line] = /^ {4}sandbox: .*$/m.exec(yaml) ?? []
  const write = `write: [${JSON.stringify(folder)}]`
  if (line !== undefined) return yaml.replace(line, line.replace(' }', `, ${write} }`))
  return yaml.replace(/^ {4}trunk: main$/m, (trunk) => `${trunk}\n    sandbox: { ${write} }`)
}
