import { readFileSync } from 'node:fs'
import { createServer, get } from 'node:http'
import { notFound, product, shop } from './pages.mjs'
import { discounted, price } from './price.mjs'

const build = JSON.parse(read('build-info.json'))
const { PORT, ENVIRONMENT, DATA_URL, CURRENCY } = process.env

const routes = {
  '/healthz': async () => ['text/plain', 'ok'],
  '/version': async () => ['application/json', JSON.stringify({ ...build, environment: ENVIRONMENT })],
  '/products': async () => ['application/json', JSON.stringify(await products())],
  '/style.css': async () => ['text/css', read('style.css')],
  '/': async () => ['text/html', shop({ environment: ENVIRONMENT, commit: build.commit, list: await list() })],
}

createServer(async ({ url }, response) => {
  try {
    const route = routes[new URL(url, 'http://shop').pathname]
    const [type, body] = route ? await route() : ['text/html', notFound({ url })]
    response.writeHead(route ? 200 : 404, { 'content-type': `${type}; charset=utf-8` }).end(body)
  } catch (error) {
    console.error(error)
    response.writeHead(503).end('The shop cannot reach its products.')
  }
}).listen(Number(PORT), '127.0.0.1')

async function list() {
  const items = (await products()).map((item) => {
    const now = discounted(item.cents, item.discount_percent)
    const before = item.discount_percent > 0 ? `<s>${price(item.cents, CURRENCY)}</s>` : ''
    const stock = item.stock > 0 ? `${item.stock} left` : 'sold out'
    return product({ name: item.name, price: price(now, CURRENCY), before, stock })
  })
  return items.join('')
}

async function products() {
  const response = await new Promise((resolve, reject) => {
    get(`${DATA_URL}/products`, resolve).on('error', reject)
  })
  const pieces = await response.setEncoding('utf8').toArray()
  if (response.statusCode !== 200) throw new Error(`products: ${response.statusCode}`)
  return JSON.parse(pieces.join(''))
}

function read(file) {
  return readFileSync(new URL(file, import.meta.url), 'utf8')
}
