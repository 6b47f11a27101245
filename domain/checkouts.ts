/** Creates the folders that stages work in. */
import type { PreparedCheckout } from './checkout.js'
import type { CommitSha } from './identifiers.js'
import type { RepositoryRef } from './ports.js'
import type { CheckoutKind } from './stage.js'

/** Which commit a stage works on, and how. */
export interface CheckoutOrder {
  readonly repository: RepositoryRef
  readonly commit: CommitSha
  readonly kind: CheckoutKind
  /** True: its files are read from outside the stage after the command has ended. */
  readonly readLater: boolean
}

/** The checkouts of this host: one per commit, shared by its stages, and what is derived from it for a single stage. */
export interface Checkouts {
  /** Prepares a stage's folder, which exists already and may be moved afterwards. */
  prepare(folder: string, order: CheckoutOrder): Promise<void>
  /** What {@link prepare} made of the folder, at its present location. */
  find(folder: string): Promise<PreparedCheckout>
  /**
   * Takes the folder away, whatever a command left in it: nobody finds it any more, and nobody waits until its content is removed.
   * Does nothing if it is gone.
   */
  remove(folder: string): Promise<void>
}
