/** The baseline of P.1: a Bolt app in its own process whose one command is acknowledged immediately. */
import { App, LogLevel } from '@slack/bolt'

const [apiUrl, appToken, botToken] = process.argv.slice(2)
if (apiUrl === undefined || appToken === undefined || botToken === undefined) {
  throw new Error('Usage: bare-bolt <Slack API> <app token> <bot token>')
}
const app = new App({
  token: botToken,
  appToken,
  socketMode: true,
  logLevel: LogLevel.ERROR,
  clientOptions: { slackApiUrl: apiUrl },
})
app.command('/release', async ({ ack }) => {
  await ack({ response_type: 'ephemeral', text: 'This is all it does.' })
})
await app.start()
console.log('listening')
