import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { mrkdwn } from '../../tools/gallery/mrkdwn.js'
import { galleryPage } from '../../tools/gallery/page.js'
import { rooms } from '../support/gallery-rooms.js'

test('the gallery draws every scene, each under its own name', () => {
  const page = galleryPage(rooms)
  const names = rooms.flatMap(({ scenes }) => scenes.map(({ name }) => name))
  expect(new Set(names).size).toBe(names.length)
  expect(page.match(/<article>/g)).toHaveLength(names.length)
  expect(page).not.toContain('The gallery cannot draw')
})

test('[O.8] whatever draws a message, a form or Home is drawn there', () => {
  const root = resolve(import.meta.dirname, '../..')
  const read = (folder: string): readonly string[] =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(root, folder, name), 'utf8'))
  const draws =
    /^export function (\w+)\((?:(?!\nexport )[^])*?\): (?:\w*Message(?:WithButtons)?|TrainNotice|HomeView|ModalView|Card)(?: \| null)? \{/gm
  const drawers = ['bot/views', 'bot/verbs', 'bot/interactions']
    .flatMap(read)
    .flatMap((source) => [...source.matchAll(draws)].map(([, name = '']) => name))
  const drawn = read('test/support').join('\n')

  expect(drawers.length).toBeGreaterThan(40)
  // That one logs a refusal and hands it on.
  expect(drawers.filter((name) => !new RegExp(`\\b${name}\\(`).test(drawn))).toEqual(['explain'])
})

test.each([
  ['*bold* and _italic_ and `code *x*`', '<b>bold</b> and <i>italic</i> and <code>code *x*</code>'],
  ['2 * 3 * 4', '2 * 3 * 4'],
  ['<@U01ALICE>', '<span class="mention">@U01ALICE</span>'],
  ['<!channel>', '<span class="mention alarm">@channel</span>'],
  ['<https://slipway.test/log|Show log>', '<a title="https://slipway.test/log">Show log</a>'],
  ['<!date^1795269900^{time}|14:05 UTC>', '<span class="date">14:05 UTC</span>'],
  ['&lt;script&gt; & "quotes"', '&lt;script&gt; &amp; &quot;quotes&quot;'],
  ['> quoted\nafter', '<blockquote>quoted</blockquote>after'],
  ['```\na < b\n```', '<pre>a &lt; b</pre>'],
])('mrkdwn %j', (text, html) => {
  expect(mrkdwn(text)).toBe(html)
})
