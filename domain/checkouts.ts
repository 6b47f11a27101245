/** Who makes the folders that stages work in. */
import type { PreparedCheckout } from './checkout.js'
import type { CommitSha } from './identifiers.js'
import type { RepositoryRef } from './ports.js'
import type { CheckoutKind } from './stage.js'

/** What a stage is to work on, and how. */
export interface CheckoutOrder {
  readonly repository: RepositoryRef
  readonly commit: CommitSha
  readonly kind: CheckoutKind
  /** True: its files are read from outside once the command has ended. */
  readonly readLater: boolean
}

/** The checkouts of this host: one for each commit, which its stages share, and what is made of it for one stage. */
export interface Checkouts {
  /** Prepares a stage's folder, which exists and may be moved afterwards. */
  prepare(folder: string, order: CheckoutOrder): Promise<void>
  /** What {@link prepare} made of the folder, where it is now. */
  find(folder: string): Promise<PreparedCheckout>
  /** Removes the folder, whatever a command left in it; harmless when it is gone. */
  remove(folder: string): Promise<void>
}
