/** The previews of one app: which exist, which wait for a place, and which a push to a branch concerns. */
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
  type PreviewPlaces,
  placesAfter,
  previewsOfBranch,
  upgradePreviews,
} from '../domain/environment/preview-places.js'
import type { EnvironmentName } from '../domain/identifiers.js'
import { handedOn } from './attest.js'
import { recordedState } from './going-on.js'
import * as messages from './messages.js'
import { Recorder } from './recorder.js'
import { environmentWorkflowId } from './workflow-ids.js'

type Handle = ReturnType<typeof getExternalWorkflowHandle>

/** Lives as long as the app: a single owner of the places enforces the limit even when many ask at once. */
export async function previews(input: messages.PreviewsInput): Promise<void> {
  const handed = handedOn(input.places)
  const recorded = handed ? null : await recordedState(upgradePreviews)
  const places = handed ? upgradePreviews(handed) : (recorded ?? noPreviews)
  await new Previews(input, places, recorded !== null).run()
}

class Previews {
  private readonly input: messages.PreviewsInput
  private places: PreviewPlaces
  private readonly recorder: Recorder
  private readonly outbox: (() => Promise<void>)[] = []

  /** `restored`: an earlier run ended, possibly with reports that it had not sent. */
  constructor(input: messages.PreviewsInput, places: PreviewPlaces, restored: boolean) {
    this.input = input
    this.places = places
    this.recorder = new Recorder(input.app)
    if (restored) this.tellPlaces(placesAfter(noPreviews, places))
    setHandler(messages.claimPlaceSignal, (claim) => this.take(claimPlace(this.places, claim), claim.name))
    setHandler(messages.freePlaceSignal, (name) => this.take(freePlace(this.places, name)))
    setHandler(messages.previewPushSignal, (push) => {
      for (const name of previewsOfBranch(this.places, push.branch)) {
        this.tell(name, (handle) => handle.signal(messages.branchSignal, push))
      }
    })
  }

  private take(next: PreviewPlaces, asked: EnvironmentName | null = null): void {
    this.tellPlaces(placesAfter(this.places, next, asked))
    this.places = next
    this.recorder.dirty = true
  }

  private tellPlaces(places: ReturnType<typeof placesAfter>): void {
    for (const { name, report } of places)
      this.tell(name, (handle) => handle.signal(messages.placeSignal, report))
  }

  private tell(name: EnvironmentName, send: (handle: Handle) => Promise<void>): void {
    this.outbox.push(async () => {
      try {
        await send(getExternalWorkflowHandle(environmentWorkflowId(this.input.app, name)))
      } catch {
        // Its workflow is gone, so nobody waits for the report; the reconciler finds it.
      }
    })
  }

  async run(): Promise<void> {
    for (;;) {
      await condition(() => this.recorder.dirty || this.outbox.length > 0)
      if (this.recorder.dirty) await this.publish()
      const [next] = this.outbox.splice(0, 1)
      if (next) await next()
      const idle = !this.recorder.dirty && this.outbox.length === 0
      if (idle && workflowInfo().continueAsNewSuggested) {
        await continueAsNew<typeof previews>({ ...this.input, places: this.places })
      }
    }
  }

  /** A place is reported only once it is recorded. */
  private async publish(): Promise<void> {
    this.places = { ...this.places, seq: this.places.seq + 1 }
    await this.recorder.flush(this.places, {})
  }
}
