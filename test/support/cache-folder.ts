import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where the tests find, and leave, what takes long to make. */
export const cacheFolder = (): string => process.env['SLIPWAY_CACHE'] ?? join(homedir(), '.cache', 'slipway')
