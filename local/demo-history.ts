import type { GitAuthor } from './git-commits.js'

export interface DemoEdit {
  readonly path: string
  /** The text before this step. */
  readonly before: string
  /** The text since; occurs exactly once in the file. */
  readonly after: string
}

/** One step of the shop's history. */
export interface DemoStep {
  readonly author: GitAuthor
  /** ISO instant. */
  readonly at: string
  readonly message: string
  /** Files, or folders with a `/` at the end, that this step adds. */
  readonly adds: readonly string[]
  readonly edits: readonly DemoEdit[]
}

const person = (name: string): GitAuthor => ({ name, email: `${name.toLowerCase()}@example.com` })
/** The authors of the demo's history; the workspace knows the same three. */
export const demoAuthors = { alice: person('Alice'), bob: person('Bob'), carol: person('Carol') }
const { alice, bob, carol } = demoAuthors

const edit = (path: string, before: string, after: string): DemoEdit => ({ path, before, after })

const DISCOUNTED = `
/** What a product costs after its discount, in whole cents. */
export function discounted(cents, percent) {
  return Math.round(cents * (1 - percent / 100))
}
`
const DISCOUNTED_TEST = `
test('a discount rounds to whole cents', () => {
  assert.equal(discounted(1999, 25), 1499)
  assert.equal(discounted(1000, 0), 1000)
})
`
const STRUCK = "item.discount_percent > 0 ? `<s>${price(item.cents, CURRENCY)}</s>` : ''"

/** Oldest first. The last step gives exactly the files of `demo-app/`; from the sixth on each commit builds and deploys. */
export const demoHistory: readonly DemoStep[] = [
  step(alice, '2026-10-05T08:12:00Z', 'Start the shop with a page that lists its products', {
    adds: ['package.json', '.gitignore', 'src/server.mjs', 'src/pages/shop.html', 'src/pages/product.html'],
  }),
  step(bob, '2026-10-06T13:40:00Z', 'Keep the products in a table', {
    adds: ['migrations/0001_products.sql'],
  }),
  step(carol, '2026-10-07T09:05:00Z', 'Write prices the way each currency is written', {
    adds: ['src/price.mjs', 'test/price.mjs'],
  }),
  step(carol, '2026-10-08T15:22:00Z', 'Give the page a style that is readable on a phone', {
    adds: ['src/style.css'],
  }),
  step(bob, '2026-10-12T10:31:00Z', 'Answer unknown addresses with a page of our own', {
    adds: ['src/pages/notFound.html'],
  }),
  step(alice, '2026-10-13T11:48:00Z', 'Build into dist and deploy with four small scripts', {
    adds: ['build.mjs', 'src/compile.mjs', 'test/page.mjs', 'deploy/', 'README.md'],
  }),
  step(bob, '2026-10-19T07:58:00Z', 'Count what is left of each product', {
    adds: ['migrations/0002_stock.sql'],
    edits: [
      edit('src/server.mjs', "stock = ''", "stock = item.stock > 0 ? `${item.stock} left` : 'sold out'"),
    ],
  }),
  step(carol, '2026-10-21T14:16:00Z', 'Larger type: people read the shop on trains', {
    edits: [edit('src/style.css', '1rem/1.4 system-ui', '1.125rem/1.5 system-ui')],
  }),
  step(alice, '2026-10-26T09:37:00Z', 'Give the service enough memory for the busy season', {
    edits: [edit('deploy/app.yaml', 'memoryMegabytes: 48', 'memoryMegabytes: 64')],
  }),
  step(bob, '2026-11-02T16:03:00Z', 'Say so when the products cannot be reached', {
    edits: [edit('src/server.mjs', 'end()', "end('The shop cannot reach its products.')")],
  }),
  step(alice, '2026-11-09T08:44:00Z', 'Summer sale: products can have a discount', {
    adds: ['migrations/0003_discount.sql'],
    edits: [
      edit('src/server.mjs', 'now = item.cents', 'now = discounted(item.cents, item.discount_percent)'),
      edit('src/server.mjs', 'import { price } from', 'import { discounted, price } from'),
      edit('test/price.mjs', 'import { price } from', 'import { discounted, price } from'),
      edit('src/price.mjs', '', DISCOUNTED),
      edit('test/price.mjs', '', DISCOUNTED_TEST),
    ],
  }),
  step(carol, '2026-11-10T12:29:00Z', 'Summer sale: strike the old price through', {
    edits: [edit('src/server.mjs', "before = ''", `before = ${STRUCK}`)],
  }),
]

type Change = Partial<Pick<DemoStep, 'adds' | 'edits'>>

function step(author: GitAuthor, at: string, message: string, { adds = [], edits = [] }: Change): DemoStep {
  return { author, at, message, adds, edits }
}
