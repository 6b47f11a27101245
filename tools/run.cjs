/**
 * `node tools/run.cjs FILE.ts …` runs one of our sources in this process. Uses syntax that every Node supports, so that
 * a Node that is too old gets a clear message instead of a syntax error.
 */
const { dirname, join, resolve } = require('node:path')
const { pathToFileURL } = require('node:url')

const { engines } = require(join(dirname(__dirname), 'package.json'))
const oldest = engines.node.replace('>=', '')

if (isOlder(process.versions.node, oldest)) {
  console.error(
    `Slipway needs Node ${oldest} or newer, and this is ${process.versions.node}. ` +
      'Install a newer one (https://nodejs.org, or "nvm install" in this folder), then run "npm ci" again.',
  )
  process.exitCode = 1
} else {
  process.argv.splice(1, 2, resolve(process.argv[2]))
  void import('tsx/esm/api').then(({ register }) => {
    register()
    return import(pathToFileURL(process.argv[1]).href)
  })
}

function isOlder(version, than) {
  const [major, minor] = version.split('.').map(Number)
  const [leastMajor, leastMinor] = than.split('.').map(Number)
  return major < leastMajor || (major === leastMajor && minor < leastMinor)
}
