/** A status always has a word and an emoji, never only one of them. */
import type { CandidateState, DeploymentState, EnvironmentStatus } from '../../domain/states.js'
import { marks } from './marks.js'

export interface StatusWord {
  readonly emoji: string
  readonly word: string
}

const word = (emoji: string, text: string): StatusWord => ({ emoji, word: text })

export const deploymentWords: Readonly<Record<DeploymentState, StatusWord>> = {
  prepared: word(marks.needsApproval, 'needs approval'),
  queued: word(marks.queued, 'queued'),
  running: word(marks.running, 'deploying'),
  failed: word(marks.failed, 'failed'),
  awaiting_acceptance: word(marks.awaitsAcceptance, 'awaiting acceptance'),
  accepted: word(marks.good, 'accepted'),
  rejected: word(marks.rejected, 'rejected'),
  superseded: word(marks.superseded, 'replaced'),
  aborted: word(marks.aborted, 'aborted'),
}

export const candidateWords: Readonly<Record<CandidateState, StatusWord>> = {
  building: word(marks.building, 'building'),
  build_failed: word(marks.failed, 'build failed'),
  ready: word(marks.good, 'built'),
  rejected: word(marks.rejected, 'rejected'),
}

export const environmentWords: Readonly<Record<EnvironmentStatus, StatusWord>> = {
  absent: word(marks.notYet, 'not set up'),
  setting_up: word(marks.settingUp, 'setting up'),
  ready: word(marks.good, 'ready'),
  deploying: word(marks.running, 'deploying'),
  failed: word(marks.failed, 'failed'),
  out_of_sync: word(marks.outOfSync, 'out of sync'),
  tearing_down: word(marks.tearingDown, 'tearing down'),
  teardown_failed: word(marks.failed, 'teardown failed'),
  retired: word(marks.retired, 'retired'),
}

/** The emoji and the word, as in the pipeline row. */
export const says = ({ emoji, word: text }: StatusWord): string => `${emoji} ${text}`
