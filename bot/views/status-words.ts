/** A status is always a word and an emoji, never one of them alone. */
import type { CandidateState, DeploymentState, EnvironmentStatus } from '../../domain/states.js'

export interface StatusWord {
  readonly emoji: string
  readonly word: string
}

const word = (emoji: string, text: string): StatusWord => ({ emoji, word: text })

export const deploymentWords: Readonly<Record<DeploymentState, StatusWord>> = {
  prepared: word('✋', 'needs approval'),
  queued: word('🕒', 'queued'),
  running: word('🚚', 'deploying'),
  failed: word('❌', 'failed'),
  awaiting_acceptance: word('🧪', 'awaiting acceptance'),
  accepted: word('✅', 'accepted'),
  rejected: word('🚫', 'rejected'),
  superseded: word('⏭️', 'superseded'),
  aborted: word('⏹️', 'aborted'),
}

export const candidateWords: Readonly<Record<CandidateState, StatusWord>> = {
  building: word('⏳', 'building'),
  build_failed: word('❌', 'build failed'),
  ready: word('✅', 'built'),
  rejected: word('🚫', 'rejected'),
}

export const environmentWords: Readonly<Record<EnvironmentStatus, StatusWord>> = {
  absent: word('○', 'not set up'),
  setting_up: word('🏗️', 'setting up'),
  ready: word('✅', 'ready'),
  deploying: word('🚚', 'deploying'),
  failed: word('❌', 'failed'),
  out_of_sync: word('⚠️', 'out of sync'),
  tearing_down: word('🗑️', 'tearing down'),
  teardown_failed: word('❌', 'teardown failed'),
  retired: word('🗄️', 'retired'),
}

/** `✅ accepted`. */
export const says = ({ emoji, word: text }: StatusWord): string => `${emoji} ${text}`
