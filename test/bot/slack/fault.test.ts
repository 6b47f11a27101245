import { WebAPIPlatformError } from '@slack/web-api'
import { expect, test } from 'vitest'
import { slackFault } from '../../../bot/slack/fault.js'
import { refusedAsk } from '../../../bot/views/refused-ask.js'
import { everyEvent } from '../../support/events.js'
import { aRelease } from '../../support/release-views.js'

const [event] = everyEvent.filter(({ kind }) => kind === 'deployment.prepared')

/** What Slack answers when a channel is archived, left, made private or deleted, or when only some may post there. */
test.each([
  ['is_archived', 'it is archived', 'Bring it back'],
  ['not_in_channel', 'I am not in it', '/invite'],
  ['channel_not_found', 'it was deleted, or made private without me', '/invite'],
  ['restricted_action', 'only some people may post there', "channel's settings"],
  ['restricted_action_read_only_channel', 'only some people may post there', "channel's settings"],
  ['restricted_action_thread_only_channel', 'only some people may post there', "channel's settings"],
  ['restricted_action_non_threadable_channel', 'only some people may post there', "channel's settings"],
])(
  '%s is a closed channel, of which the person who is asked is told why and what opens it',
  (error, why, cure) => {
    const fault = slackFault(new WebAPIPlatformError({ ok: false, error, response_metadata: {} }))
    if (event === undefined) throw new Error('There is no line that asks')
    const asked = JSON.stringify(refusedAsk(event, aRelease(), { command: '/release', refusal: error }))

    expect(fault.kind).toBe('channel-closed')
    expect(asked).toContain(why)
    expect(asked).toContain(cure)
    expect(asked).toContain('comes back by itself')
  },
)
