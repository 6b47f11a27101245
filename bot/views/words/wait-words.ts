import type { HostWait } from '../../../domain/runs-on.js'
import type { Markup } from '../markup.js'

/** What something waits for, to follow its name. */
export function waitWords({ runsOn, served }: HostWait, m: Markup): string {
  const label = runsOn === null ? '' : ` with the label ${m.code(runsOn, 60)}`
  return served ? `waits for a free slot of a worker${label}` : `waits for a worker${label}; none lives`
}

/** What has to happen, as a sentence. */
export function waitNext({ runsOn, served }: HostWait, m: Markup): string {
  if (served) return 'It goes on by itself as soon as a slot is free.'
  const setting =
    runsOn === null
      ? `without ${m.code('SLIPWAY_RUNS_ON')}`
      : `with ${m.code(`SLIPWAY_RUNS_ON=${runsOn}`, 80)}`
  return `It goes on by itself once a worker is started ${setting}.`
}
