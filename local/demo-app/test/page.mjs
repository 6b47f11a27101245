import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shop } from '../dist/pages.mjs'
import { compilePage, minifyStyle } from '../src/compile.mjs'

test('a page says where it runs and escapes what it is given', () => {
  const html = shop({ environment: 'a<b', commit: 'abc', list: '<li>x</li>' })
  assert.match(html, /<footer>a&#60;b runs abc<\/footer>/)
  assert.match(html, /<ul><li>x<\/li><\/ul>/)
})

test('comments and needless space are dropped', () => {
  assert.match(compilePage('p', '<b> <!-- no --> <i>{{a}}</i>'), /"<b><i>" \+ escape\(values\.a\) \+ "<\/i>"/)
  assert.equal(minifyStyle('/* c */ a {\n  b: c;\n}'), 'a{b:c}')
})
