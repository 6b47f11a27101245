/** Makes `dist/`, then tests it. The same commit gives the same bytes. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { compilePage, minifyStyle } from './src/compile.mjs'

const commit = process.env.SLIPWAY_COMMIT ?? execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).trim()

const behaviour = read('deploy/behaviour.json')
if (behaviour && JSON.parse(behaviour).build === 'fail') {
  console.error('error: src/server.mjs: this commit does not build, as its deploy/behaviour.json asks')
  process.exit(1)
}

rmSync('dist', { recursive: true, force: true })
mkdirSync('dist')

const pages = readdirSync('src/pages').sort()
const compiled = pages.map((file) => compilePage(file.replace('.html', ''), readFileSync(`src/pages/${file}`, 'utf8')))
writeFileSync('dist/pages.mjs', compiled.join('\n'))
console.log(`pages: ${pages.length} compiled`)

const style = readFileSync('src/style.css', 'utf8')
writeFileSync('dist/style.css', minifyStyle(style))
console.log(`style: ${style.length} to ${minifyStyle(style).length} characters`)

for (const file of ['server.mjs', 'price.mjs']) cpSync(`src/${file}`, `dist/${file}`)
cpSync('migrations', 'dist/migrations', { recursive: true })
writeFileSync('dist/build-info.json', `${JSON.stringify({ app: 'shop', commit })}\n`)
console.log(`dist: ${commit}`)

// They render the compiled pages, so they run last; one that fails makes the build fail.
for (const file of readdirSync('test')) await import(`./test/${file}`)

function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
