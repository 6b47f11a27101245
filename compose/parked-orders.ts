/** The queries that `try-again` needs. */
import type { ParkedOrders } from '../bot/orders/handling.js'
import { changesSince, endParked, findParked, recordedAnswer, tryAgain } from '../db/parked-orders.js'
import type { Resources } from './resources.js'

/** As many as the confirmation message shows. */
const MOST_CHANGES = 8

export const parkedOrders = (db: Resources['database']['db']): ParkedOrders => ({
  find: (key) => findParked(db, key),
  recordedAnswer: (key) => recordedAnswer(db, key),
  changesSince: (order) => changesSince(db, order, MOST_CHANGES),
  end: (key, outcome) => endParked(db, key, { outcome, told: true }),
  tryAgain: (key) => tryAgain(db, key),
})
