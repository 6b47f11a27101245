/** How long it takes from a press of Accept until the person is answered and until the card shows it. */
import { alice, channelOf, quinn } from '../test/support/channel.js'
import type { Stack } from '../test/support/stack.js'
import { until } from '../test/support/until.js'
import { figuresOf, type Row, timed } from './figures.js'
import { ordersOf } from './order-times.js'

const RELEASES = 5

/** Cuts, promotes and accepts several releases of the app `shop`, one after the other. */
export async function pressTimes(stack: Stack): Promise<readonly Row[]> {
  const shop = channelOf(stack.slack)
  const shown: number[] = []
  const acknowledged: number[] = []
  for (let index = 0; index < RELEASES; index++) {
    const told = await shop.ask(alice, `cut shop "Pressed ${index}"`, /Cut `/)
    const [, version] = /Cut `([\d.]+)-rc/.exec(told) ?? []
    if (version === undefined) throw new Error(`No version in ${told}`)
    await shop.press(alice, /Promote to staging/, version)
    await until('the button', async () =>
      (await shop.buttons(version)).some(({ label }) => label.startsWith('Accept')),
    )
    const start = performance.now()
    acknowledged.push(await timed(() => shop.press(quinn, /^Accept/, version)))
    await shop.cardSays(/Accepted on staging by/, version)
    shown.push(performance.now() - start)
  }
  const answers = (await ordersOf(stack.database.db, 'accept')).flatMap(
    ({ toldAfterMs }) => toldAfterMs ?? [],
  )
  return [
    { title: 'Accept: acknowledged', figures: figuresOf(acknowledged), baseline: null },
    { title: 'Accept: recorded until answered', figures: figuresOf(answers), baseline: null },
    { title: 'Accept: until the card shows who decided', figures: figuresOf(shown), baseline: null },
  ]
}
