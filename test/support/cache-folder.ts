import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where the tests keep what takes long to create. */
export const cacheFolder = (): string => process.env['SLIPWAY_CACHE'] ?? join(homedir(), '.cache', 'slipway')
