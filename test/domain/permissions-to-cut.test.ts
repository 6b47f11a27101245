import { expect, test } from 'vitest'
import { configurationWarnings } from '../../domain/configuration.js'
import { rolesForCut } from '../../domain/permissions.js'
import { anApp } from '../support/app-definition.js'

const types = (said: string) => anApp({ more: `    types: { ${said} }` })

test.each([
  ['a type that keeps the approvals', 'x: { soak: false }', { cut: ['releasers'], besides: null }],
  ['one that asks for as many', 'x: { approvals: 2 }', { cut: ['releasers'], besides: null }],
  ['one that asks for more', 'x: { approvals: 3 }', { cut: ['releasers'], besides: null }],
  ['one that asks for fewer', 'x: { approvals: 1 }', { cut: ['releasers'], besides: 'override' }],
  ['one that asks for none', 'x: { approvals: 0 }', { cut: ['releasers'], besides: 'override' }],
  ['one that asks for none and names who', 'x: { approvals: 0, cut: [qa] }', { cut: ['qa'], besides: null }],
  ['one that is no longer configured', 'y: { approvals: 0 }', { cut: ['releasers'], besides: null }],
])('%s is cut by %j', (_, said, roles) => {
  // Nobody could approve three times with four eyes; here only the type counts.
  const app = said.includes('3') ? { ...types('x: {}'), types: [{ ...policy, approvals: 3 }] } : types(said)

  expect(rolesForCut(app, 'x')).toEqual(roles)
})

const policy = { name: 'x', acceptance: true, soak: true, checklist: true, passesFreeze: false }

test('the start warns of a type that asks for fewer and names nobody, once for each environment', () => {
  const app = types('x: { approvals: 0 }, y: { approvals: 0, cut: [qa] }, z: { soak: false }')
  const warnings = configurationWarnings({ apps: [app] } as never)

  expect(warnings).toHaveLength(1)
  expect(warnings[0]).toMatch(/apps\.shop\.types\.x.* 0 approvals and production for 2.* → add cut: \[role\]/)
})
