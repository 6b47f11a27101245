/** The owner of the places of previews, like its workflow. */
import {
  claimPlace,
  freePlace,
  noPreviews,
  type PreviewPlaces,
  placesAfter,
  previewsOfBranch,
} from '../../domain/environment/preview-places.js'
import type { CommitSha, EnvironmentName } from '../../domain/identifiers.js'
import { Actor, type Stand } from './actor.js'
import type { Setting } from './setting.js'

export class PreviewsActor extends Actor<PreviewPlaces> {
  private readonly outbox: (() => void)[] = []

  constructor(world: Setting, recorded: PreviewPlaces | null) {
    super(world, 'previews', recorded ?? noPreviews)
    if (recorded) this.tell(placesAfter(noPreviews, recorded))
  }

  claim(name: EnvironmentName, most: number): void {
    this.take(claimPlace(this.state, { name, branch: name, most }), name)
  }

  free(name: EnvironmentName): void {
    this.take(freePlace(this.state, name))
  }

  push(branch: string, commit: CommitSha | null): void {
    for (const name of previewsOfBranch(this.state, branch))
      this.outbox.push(() => this.world.tellPreview(this.id, name, (preview) => preview.branch(commit)))
  }

  private take(next: PreviewPlaces, asked: EnvironmentName | null = null): void {
    this.tell(placesAfter(this.state, next, asked))
    this.state = next
    this.dirty = true
  }

  private tell(places: ReturnType<typeof placesAfter>): void {
    for (const { name, report } of places)
      this.outbox.push(() => this.world.tellPreview(this.id, name, (preview) => preview.placed(report)))
  }

  protected *run(): Generator<Stand, void> {
    for (;;) {
      if (this.dirty) yield* this.publish()
      const [next] = this.outbox.splice(0, 1)
      if (next) {
        next()
        yield 'waits'
      } else if (!this.dirty) yield 'idle'
    }
  }
}
