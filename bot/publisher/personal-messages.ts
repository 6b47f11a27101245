/** Direct messages to people whom an audit event names. */
import { auditLine } from '../../db/queries/audit.js'
import { lineMarker, threadLine } from '../views/thread-line.js'
import type { PublisherDatabase, Renderer } from './publisher-options.js'

const PREFIX = 'person/'

export function personalMessages(db: PublisherDatabase): Renderer {
  return {
    prefix: PREFIX,
    async render({ key }) {
      const event = await auditLine(db, key.slice(PREFIX.length))
      if (event === null) return null
      const { text, blocks } = threadLine(event)
      return { text, blocks, buttons: [], hash: event.id, marker: lineMarker(event), urgency: 0 }
    },
  }
}
