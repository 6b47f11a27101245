import { join, resolve } from 'node:path'

/** Where this host's copies of repositories are, in `SLIPWAY_DATA`. */
export const mirrorsFolderOf = (dataFolder: string): string => join(dataFolder, 'git')

/** Where this host notes which workflows of GitHub it dispatched. */
export const marksFolderOf = (dataFolder: string): string => join(dataFolder, 'dispatches')

/** Where this host keeps the checkouts that stages share, in `SLIPWAY_DATA`. */
export const checkoutsFolderOf = (dataFolder: string): string => resolve(dataFolder, 'checkouts')

/** Where the folders of this host's stages are made, in `SLIPWAY_DATA`. */
export const workFolderOf = (dataFolder: string): string => join(dataFolder, 'work')

/** Where this host keeps the calendar of holidays for when that is away. */
export const calendarFolderOf = (dataFolder: string): string => join(dataFolder, 'calendar')
