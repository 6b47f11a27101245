import { DELIVERY_STATE } from './delivery/state.js'
import { PREVIEWS_STATE } from './environment/preview-places.js'
import { ENVIRONMENT_STATE } from './environment/state.js'
import { RELEASE_STATE } from './release/state.js'

/** Of everything workflows record: increases whenever one of the shapes does. A build reads its own and every lower one. */
export const STATE_VERSION = RELEASE_STATE + ENVIRONMENT_STATE + DELIVERY_STATE + PREVIEWS_STATE
