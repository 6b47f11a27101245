import { expect, test } from 'vitest'
import { createSocketReceiver } from '../../../bot/slack/socket-receiver.js'
import { silent } from '../fake-bot.js'

function aSocket() {
  const said: string[] = []
  const log = { ...silent, error: (_: object, message: string) => void said.push(message) }
  const { receiver, ...socket } = createSocketReceiver({ appToken: 'xapp-1', apiUrl: null, log })
  const hear = (message: object): void => void receiver.client.emit('ws_message', JSON.stringify(message))
  return { ...socket, hear, said, connect: () => void receiver.client.emit('connected') }
}

test.each([
  ['too_many_websockets', /ten open.*Stop a Slipway/],
  ['link_disabled', /Socket Mode was turned off.*Turn it on/],
])('%s is said once, with what to do, until there is a socket again', (reason, words) => {
  const socket = aSocket()
  socket.hear({ type: 'disconnect', reason })
  socket.hear({ type: 'disconnect', reason })
  expect(socket.said).toEqual([expect.stringMatching(words)])
  expect(socket.problem()).toBe(socket.said[0])

  socket.connect()
  expect([socket.problem(), socket.isConnected()]).toEqual([null, true])
})

test('a socket that Slack only renews is no problem, nor is what it does not say', () => {
  const socket = aSocket()
  socket.hear({ type: 'disconnect', reason: 'refresh_requested' })
  socket.hear({ type: 'hello' })
  expect([socket.problem(), socket.said]).toEqual([null, []])
})
