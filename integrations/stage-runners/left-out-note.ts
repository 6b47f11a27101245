import type { LeftOut } from '../../domain/checkout.js'

const notes: Readonly<Record<LeftOut, string>> = {
  lfs: 'This repository has files of Git LFS; this checkout has their pointers (lfs: false)',
  submodules: 'This repository has submodules; their folders are empty here (submodules: false)',
  'nested-submodules': 'A submodule has submodules of its own; these are not checked out',
}

/** What a log begins by saying where a checkout has not everything that its commit has. */
export const leftOutNotes = (leftOut: readonly LeftOut[]): readonly string[] =>
  leftOut.map((one) => notes[one])
