/** One story: people act while a scheduler lets anything happen next; then faults stop until everything is idle. */
import { must } from '../support/lane.js'
import { type Deed, give, type Order } from './people.js'
import { judge } from './rules.js'
import { MOST_PREVIEWS, World } from './world.js'

/** More turns than any story needs to become idle. */
const MOST_TURNS = 20_000
const BUSY_TURNS = 12

/** Throws at the first violated rule. */
export function tell(seed: number, deeds: readonly Deed[]): World {
  const world = new World(seed)
  const story = new Story(world)
  for (const [index, one] of deeds.entries()) {
    story.give(one, `order-${index}`)
    for (let turns = world.chance.below(BUSY_TURNS); turns > 0; turns--) story.turn()
  }
  story.calmDown()
  judge(world, story.given)
  return world
}

class Story {
  private readonly world: World
  readonly given: Order[] = []
  private open: Order[] = []

  constructor(world: World) {
    this.world = world
  }

  give(one: Deed, key: string): void {
    const orders = give(this.world, one, key)
    this.given.push(...orders)
    this.open.push(...orders)
  }

  /** One random thing happens. */
  turn(): void {
    const { world } = this
    this.world.now += world.chance.onceIn(4) ? 1 : 0
    const actor = world.chance.oneOf(world.actors)
    switch (world.chance.below(6)) {
      case 0:
      case 1:
        return actor?.goOn()
      case 2:
        return world.post.deliverOne()
      case 3:
        return world.endOne()
      case 4:
        return this.ask()
      default: {
        const environment = world.chance.oneOf([...world.environments.values()])
        return environment?.goOnWithAttempt()
      }
    }
  }

  /** A request or its answer gets lost, and is sent again with the same key. */
  private ask(): void {
    const { world } = this
    const order = world.chance.oneOf(this.open)
    if (order === undefined || (!world.post.calm && world.chance.onceIn(4))) return
    const outcome = order.send()
    if (outcome === null) return
    world.answered(order.key, outcome)
    if (world.post.calm || !world.chance.onceIn(4)) this.open = this.open.filter((one) => one !== order)
    must(world.previews().state.living.length <= MOST_PREVIEWS, 'no more previews live than may')
  }

  /** Everything runs again, nothing is closed, and no more faults happen. */
  calmDown(): void {
    const { world } = this
    world.post.calm = true
    this.reconcile()
    this.rest()
    for (const name of [...world.environments.keys()])
      for (const kind of ['unlock', 'thaw', 'resume'] as const) this.lift(name, kind)
    this.rest()
  }

  private lift(name: string, verb: 'unlock' | 'thaw' | 'resume'): void {
    const { world } = this
    const owner = world.environment(name).state.lock?.owner
    const order = { by: owner ?? world.app.name, at: world.at(), reason: '' }
    world.environment(name).order(`lift ${verb} ${name}`, { verb, order: order as never })
  }

  private rest(): void {
    const { world } = this
    for (let turns = 0; !this.isAtRest(); turns++) {
      must(turns < MOST_TURNS, `it comes to rest; ${this.open.length} orders have no answer`)
      if (turns % 400 === 399) world.now += 400
      this.turn()
      if (turns % 50 === 0 || this.isAtRest()) this.reconcile()
    }
  }

  /** As happens each minute: lost workflows are restarted. */
  private reconcile(): void {
    const { world } = this
    for (const id of world.record.states.keys()) {
      const [kind, name = ''] = id.split('/')
      if (kind === 'environment') world.environment(name)
      if (kind === 'release') world.restore(name as never)
    }
    world.previews()
    world.delivery()
    world.reconcile()
  }

  private isAtRest(): boolean {
    const { world } = this
    return (
      this.open.length === 0 &&
      world.post.isEmpty &&
      !world.hasUnended &&
      [...world.record.states.keys()].every((id) => world.actors.some((actor) => actor.id === id)) &&
      world.actors.every((actor) => actor.idle && !actor.isDirty) &&
      [...world.environments.values()].every((one) => !one.isAtWork)
    )
  }
}
