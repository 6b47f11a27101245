import type { SlackUserEntry, SlackWorkspaceFile } from './slack-workspace.js'

const person = (name: string, tz: string): SlackUserEntry => ({
  id: `U01${name.toUpperCase()}`,
  name: name.toLowerCase(),
  real_name: name,
  email: `${name.toLowerCase()}@example.com`,
  tz,
})

const BOT = 'U0SLIPWAY'

/** Alice and Bob release, Carol is a release manager, Quinn is QA, Dan has no role. */
const people = [
  person('Alice', 'Europe/Berlin'),
  person('Bob', 'America/New_York'),
  person('Carol', 'Europe/Lisbon'),
  person('Quinn', 'Europe/Berlin'),
  person('Dan', 'Asia/Tokyo'),
]
const everyone = [...people.map(({ id }) => id), BOT]

/** The workspace of the first minute: five people, two channels and Slipway, with tokens that open nothing else. */
export const demoWorkspace: SlackWorkspaceFile = {
  workspace: { name: 'Acme', domain: 'acme', teamId: 'T01ACME' },
  app: {
    appId: 'A01SLIPWAY',
    botUserId: BOT,
    botName: 'Slipway',
    botToken: 'xoxb-slipway-local',
    appToken: 'xapp-slipway-local',
    signingSecret: 'slipway-local-signing-secret',
    mode: 'socket',
  },
  users: people,
  channels: [
    { id: 'C01SHOP', name: 'shop', members: everyone, topic: 'Releases of the shop' },
    { id: 'C01GENERAL', name: 'general', members: everyone },
  ],
}
