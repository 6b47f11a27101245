/** Announcements of trains: one message for each departure, updated until it is over. */
import { markStale, planMessage } from '../../db/slack-messages.js'
import { type AppName, type ChannelId, parseAppName } from '../../domain/identifiers.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import type { TrainState, Trip } from '../../domain/train/state.js'
import { trainMarker, trainNotice } from '../views/train-message.js'
import type { PublisherDatabase, Rendered, Renderer } from './publisher-options.js'

export interface TrainNotices {
  readonly renderer: Renderer
  /** Plans new messages and marks outdated ones. */
  readonly watch: () => Promise<void>
}

export interface TrainNoticeOptions {
  readonly apps: () => readonly AppDefinition[]
  /** The last recorded trains of some apps. */
  readonly trains: (apps: readonly AppName[]) => Promise<readonly TrainState[]>
}

const PREFIX = 'train/'

export function createTrainNotices(db: PublisherDatabase, options: TrainNoticeOptions): TrainNotices {
  const shown = new Map<string, string>()

  async function keep(state: TrainState, trip: Trip, channel: ChannelId): Promise<void> {
    const key = `${PREFIX}${state.app}/${trip.departs}`
    const { revision } = trainNotice(state, trip)
    if (shown.get(key) === revision) return
    // A departure that ended before it was announced is reported by its thread line alone.
    const planned = trip.end === null && (await planMessage(db, { key, channel }))
    if (!planned) await markStale(db, [key])
    shown.set(key, revision)
  }

  async function draw(key: string): Promise<Rendered | null> {
    const [appText = '', departs = ''] = key.slice(PREFIX.length).split('/')
    const app = parseAppName(appText)
    const [state] = app === null ? [] : await options.trains([app])
    const trip = state?.trips.find((one) => one.departs === departs)
    if (!state || !trip) return null
    const { text, blocks, buttons, revision } = trainNotice(state, trip)
    return { text, blocks, buttons, hash: revision, marker: trainMarker(state.app, departs), urgency: 0 }
  }

  return {
    renderer: { prefix: PREFIX, render: ({ key }) => draw(key) },
    async watch() {
      const apps = options.apps()
      for (const state of await options.trains(apps.map(({ name }) => name))) {
        const channel = apps.find(({ name }) => name === state.app)?.channel
        if (channel) for (const trip of state.trips) await keep(state, trip, channel)
      }
    },
  }
}
