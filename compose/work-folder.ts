import { join, resolve } from 'node:path'

/** The folder of this host's mirrors of repositories, in `SLIPWAY_DATA`. */
export const mirrorsFolderOf = (dataFolder: string): string => join(dataFolder, 'git')

/** The folder in which this host records which GitHub workflows it dispatched. */
export const marksFolderOf = (dataFolder: string): string => join(dataFolder, 'dispatches')

/** The folder of the checkouts that this host's stages share, in `SLIPWAY_DATA`. */
export const checkoutsFolderOf = (dataFolder: string): string => resolve(dataFolder, 'checkouts')

/** The folder in which the work folders of this host's stages are created, in `SLIPWAY_DATA`. */
export const workFolderOf = (dataFolder: string): string => join(dataFolder, 'work')

/** The folder in which this host caches the holiday calendar for when its source is unavailable. */
export const calendarFolderOf = (dataFolder: string): string => join(dataFolder, 'calendar')
