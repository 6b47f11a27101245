import type { Checkouts } from '../../../domain/checkouts.js'

/** Folders of stages without any files of a commit. */
export const noCheckouts: Checkouts = {
  prepare: async () => undefined,
  find: async (workspace) => ({ workspace, checkout: null, leftOut: [] }),
  remove: async () => undefined,
}
