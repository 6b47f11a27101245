/** The files of a commit as given to a stage (docs/configuration.md). */

/** What a commit has but its checkout lacks: files of Git LFS, submodules, or submodules of submodules. */
export type LeftOut = 'lfs' | 'submodules' | 'nested-submodules'

/** A checkout that is not a private folder of the stage. */
export type StageCheckout =
  /** The workspace is read by all stages of the commit. */
  | { readonly kind: 'shared' }
  /** What the command changes goes to `upper`; only the command sees the workspace as `upper` over `lower`. */
  | { readonly kind: 'overlay'; readonly lower: string; readonly upper: string; readonly work: string }

/** A commit's files, prepared for a stage. */
export interface PreparedCheckout {
  /** The folder to run in. */
  readonly workspace: string
  /** Null: a private folder. */
  readonly checkout: StageCheckout | null
  readonly leftOut: readonly LeftOut[]
}
