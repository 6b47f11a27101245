import { join } from 'node:path'

/** Where the checkouts of this host are made, in `SLIPWAY_DATA`. */
export const workFolderOf = (dataFolder: string): string => join(dataFolder, 'work')
