/** The previews of one app: who may live, who waits for a place, and whom a push to a branch concerns. */
import {
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow'
import {
  claimPlace,
  freePlace,
  noPreviews,
  type PlaceReport,
  type PreviewPlaces,
  placesAfter,
  previewsOfBranch,
} from '../domain/environment/preview-places.js'
import type { EnvironmentName } from '../domain/identifiers.js'
import * as messages from './messages.js'
import { environmentWorkflowId } from './workflow-ids.js'

/** Lives as long as the app: one owner of the places makes the cap hold also when many ask at once. */
export async function previews(input: messages.PreviewsInput): Promise<void> {
  let places: PreviewPlaces = input.places ?? noPreviews
  const outbox: (() => Promise<void>)[] = []
  const tell = (name: EnvironmentName, report: PlaceReport): void => {
    outbox.push(() => signal(input, name, (handle) => handle.signal(messages.placeSignal, report)))
  }
  const take = (next: PreviewPlaces): void => {
    for (const { name, report } of placesAfter(places, next)) tell(name, report)
    places = next
  }
  setHandler(messages.claimPlaceSignal, (claim) => take(claimPlace(places, claim)))
  setHandler(messages.freePlaceSignal, (name) => take(freePlace(places, name)))
  setHandler(messages.previewPushSignal, (push) => {
    for (const name of previewsOfBranch(places, push.branch)) {
      outbox.push(() => signal(input, name, (handle) => handle.signal(messages.branchSignal, push)))
    }
  })
  for (;;) {
    await condition(() => outbox.length > 0)
    const [next] = outbox.splice(0, 1)
    if (next) await next()
    if (outbox.length === 0 && workflowInfo().continueAsNewSuggested) {
      await continueAsNew<typeof previews>({ ...input, places })
    }
  }
}

type Handle = ReturnType<typeof getExternalWorkflowHandle>

async function signal(
  { app }: messages.PreviewsInput,
  name: EnvironmentName,
  send: (handle: Handle) => Promise<void>,
): Promise<void> {
  try {
    await send(getExternalWorkflowHandle(environmentWorkflowId(app, name)))
  } catch {
    // Its workflow is gone, so nobody waits for it; the reconciler reports it.
  }
}
