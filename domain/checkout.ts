/** The files of a commit as a stage is handed them (docs/configuration.md). */

/** What a commit has and its checkout has not: files of Git LFS, submodules, or submodules of submodules. */
export type LeftOut = 'lfs' | 'submodules' | 'nested-submodules'

/** A checkout that is not a folder of the stage's own. */
export type StageCheckout =
  /** The workspace is what all stages of the commit read. */
  | { readonly kind: 'shared' }
  /** What the command changes goes to `upper`; the workspace shows it over `lower`, for the command alone. */
  | { readonly kind: 'overlay'; readonly lower: string; readonly upper: string; readonly work: string }

/** A commit's files as a stage is handed them. */
export interface PreparedCheckout {
  /** The folder to run in. */
  readonly workspace: string
  /** Null: a folder of its own. */
  readonly checkout: StageCheckout | null
  readonly leftOut: readonly LeftOut[]
}
