import type { HostWaits } from '../../domain/release-store.js'
import type { HostWork, RunsOn } from '../../domain/runs-on.js'
import type { WaitActivities } from './index.js'

export interface WaitActivityNeeds {
  readonly waits: HostWaits
  /** The label for the work by today's configuration. */
  readonly runsOnToday: (work: HostWork, asked: RunsOn) => RunsOn
}

export function createWaitActivities({ waits, runsOnToday }: WaitActivityNeeds): WaitActivities {
  return {
    noteWait: async ({ work, part, runsOn, since }) => {
      const label = runsOnToday(work, runsOn)
      await waits.note(work, { part, runsOn: label, since })
      return label
    },
    endWait: ({ id }) => waits.end(id),
  }
}
