import type { CardOptions } from '../../bot/views/card/card-options.js'
import { ALICE, BOB } from './release-views.js'

/** The options that cards are drawn with. */
export const cardOptions: CardOptions = {
  command: '/release',
  links: {
    deploymentLog: () => 'https://slipway.test/log',
    buildLog: () => 'https://slipway.test/build-log',
    workflow: () => 'https://temporal.test/w',
  },
  people: () => [ALICE, BOB],
}
