/** Every way an order is carried out, with the facts reported to its giver. Each has its text in the module of its verb. */
import type { CommitSha, EnvironmentName, UserId } from './identifiers.js'
import type { PickedMerges } from './ports.js'
import type { EnvironmentTask, Gate, RuleQuorum } from './reasons.js'
import type { StageName } from './stage.js'

/** The facts reported to the person whose order was carried out. */
export interface DoneFacts {
  cut: {
    readonly version: string
    readonly candidate: string
    readonly commit: string
    readonly environment: EnvironmentName | null
  }
  /** A hotfix with its fix. `last`: where what it is cut from runs; `first`: where it goes first. */
  hotfix: {
    readonly candidate: string
    readonly picked: readonly CommitSha[]
    readonly first: EnvironmentName | null
    readonly last: EnvironmentName | null
  }
  drafted: { readonly title: string }
  edited: { readonly name: string }
  prepared: {
    readonly candidate: string
    readonly environment: EnvironmentName
    readonly needs: number
    readonly roles: readonly string[]
    /** What it waits for besides approvals. */
    readonly conditions: readonly Gate[]
    /** The rules that cannot be satisfied as things stand; missing: not checked. */
    readonly quorum?: readonly RuleQuorum[]
  }
  queued: { readonly candidate: string; readonly environment: EnvironmentName }
  approved: {
    readonly candidate: string
    readonly environment: EnvironmentName
    readonly have: number
    readonly need: number
    readonly conditions: readonly Gate[]
  }
  accepted: {
    readonly candidate: string
    readonly environment: EnvironmentName
    readonly next: readonly EnvironmentName[]
  }
  rejected: { readonly candidate: string; readonly environment: EnvironmentName }
  'rolling-back': { readonly environment: EnvironmentName; readonly to: string }
  retrying: { readonly environment: EnvironmentName; readonly stage: StageName | null }
  skipping: { readonly environment: EnvironmentName; readonly stage: StageName }
  aborting: { readonly environment: EnvironmentName; readonly what: string }
  deleted: { readonly name: string; readonly drafted: boolean }
  abandoned: { readonly version: string }
  picking: { readonly candidate: string }
  'building-again': { readonly candidate: string }
  picked: {
    readonly candidate: string
    readonly picked: readonly CommitSha[]
    readonly contained: readonly CommitSha[]
    readonly merges: PickedMerges
    /** How many commits besides the picks a person confirmed. */
    readonly confirmed: number
  }
  'pick-ended': { readonly commit: CommitSha; readonly candidate: string }
  'building-pull': { readonly number: number; readonly commit: CommitSha }
  tagging: { readonly tags: readonly string[] }
  'notes-edited': { readonly sections: readonly string[] }
  'looking-on-trunk': { readonly trunk: string }
  /** `left`: how many picks trunk still lacks. */
  'pick-settled': { readonly commit: CommitSha; readonly trunk: string; readonly left: number }
  locked: {
    readonly environment: EnvironmentName
    readonly until: string | null
    readonly takenFrom: UserId | null
  }
  unlocked: { readonly environment: EnvironmentName }
  held: { readonly environment: EnvironmentName }
  resumed: { readonly environment: EnvironmentName }
  frozen: { readonly until: string }
  thawed: Record<never, never>
  ticked: { readonly item: string; readonly done: boolean }
  environment: { readonly environment: EnvironmentName; readonly task: EnvironmentTask }
  extended: { readonly environment: EnvironmentName; readonly until: string; readonly left: number }
  'train-held': { readonly departs: string }
  'train-resumed': { readonly departs: string | null }
  'train-leaving': { readonly departs: string }
  muted: { readonly level: string }
  'trying-again': Record<never, never>
  'push-taken': { readonly commit: string }
  joined: Record<never, never>
}
export type DoneCode = keyof DoneFacts
export type Done = { readonly [Code in DoneCode]: { readonly code: Code } & DoneFacts[Code] }[DoneCode]
