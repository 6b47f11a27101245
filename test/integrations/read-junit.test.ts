import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { failedInJunit, readJunit } from '../../integrations/test-reports/read-junit.js'
import { temporaryFolder } from './support/temporary-folder.js'

const report = `<?xml version="1.0"?>
<testsuites><testsuite name="all" tests="3" failures="1" errors="1">
  <testcase classname="price" name="rounds"/>
  <testcase classname="price" name="has a currency"><failure message="USD &lt;&gt; EUR">stack</failure></testcase>
  <testcase name="page"><error><![CDATA[
Error: no such page
    at line 3]]></error></testcase>
</testsuite></testsuites>`
const failed = [
  { name: 'price › has a currency', message: 'USD <> EUR' },
  { name: 'page', message: 'Error: no such page' },
]

test.each([
  ['a report', report, failed],
  ['one without failures', '<testsuite><testcase name="a"/></testsuite>', []],
  ['no XML', 'not ok 1', null],
  ['half of it', report.slice(0, 300), null],
])('%s', (_, xml, expected) => {
  expect(failedInJunit(xml)).toEqual(expected)
})

test('is read inside the checkout only', async () => {
  const folder = join(await temporaryFolder(), 'checkout')
  mkdirSync(join(folder, 'out'), { recursive: true })
  writeFileSync(join(folder, 'out/junit.xml'), report)
  writeFileSync(join(folder, '../secret.xml'), report)
  symlinkSync('../secret.xml', join(folder, 'link.xml'))

  expect(await readJunit(folder, 'out/junit.xml')).toEqual(failed)
  for (const path of ['../secret.xml', 'link.xml', 'out', 'nothing.xml', '/etc/hostname', '']) {
    expect(await readJunit(folder, path)).toBeNull()
  }
})
