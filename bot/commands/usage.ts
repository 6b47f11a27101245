/** How each verb is written, as it can be copied. */
import { section } from '../views/blocks.js'
import { code } from '../views/escape.js'
import type { Message } from '../views/message.js'
import { aliases, type Verb } from './verbs.js'

const usages: Readonly<Record<Verb, { readonly does: string; readonly examples: readonly string[] }>> = {
  cut: {
    does: 'makes a release of a commit',
    examples: ['cut shop "Summer sale"', 'cut shop "Fix totals" --from main --type fix --as 2.0.0'],
  },
  draft: {
    does: 'plans a release',
    examples: ['draft shop "Summer sale" --planned 2026-12-01 --scope "checkout"'],
  },
  edit: {
    does: 'changes a draft, or the plan and the links of a release',
    examples: ['edit "Summer sale" --title "Winter sale"', 'edit 2026.11.3 --link CHG-123'],
  },
  promote: {
    does: 'brings a candidate into an environment',
    examples: ['promote shop 2026.11.3-rc.1 to staging', 'promote shop latest to staging --dry-run'],
  },
  approve: {
    does: 'allows a prepared deployment into an environment',
    examples: ['approve shop 2026.11.3-rc.1 production'],
  },
  accept: { does: 'judges a deployed candidate good', examples: ['accept shop 2026.11.3-rc.1 staging'] },
  reject: {
    does: 'closes the gate that is open',
    examples: ['reject shop 2026.11.3-rc.1 staging --reason "totals are wrong"'],
  },
  rollback: {
    does: 'puts back what ran before, without a build',
    examples: ['rollback shop production', 'rollback shop production to 2026.11.2 --reason "…" --yes'],
  },
  retry: { does: 'runs a failed stage again', examples: ['retry shop staging'] },
  skip: { does: 'goes on after a failed stage', examples: ['skip shop staging'] },
  abort: { does: 'stops what runs', examples: ['abort shop staging'] },
  'cherry-pick': {
    does: 'adds commits to a release that is cut',
    examples: [
      'cherry-pick 9f3c1ab #4812 onto 2026.11.3',
      'cherry-pick 9f3c1ab..4d2e1f0 onto 2026.11.3',
      'cherry-pick continue',
      'cherry-pick skip',
    ],
  },
  tag: { does: 'tries again to push the tags of a release', examples: ['tag shop 2026.11.3'] },
  pause: {
    does: 'stops automation in an environment',
    examples: ['pause shop production because of the audit'],
  },
  resume: { does: 'lifts a hold', examples: ['resume shop production'] },
  status: {
    does: 'shows a release or an environment',
    examples: ['status shop 2026.11.3', 'status shop staging --here'],
  },
  list: { does: 'lists releases', examples: ['list', 'list waiting --mine', 'list drafts', 'list --page 2'] },
  where: { does: 'shows what runs where', examples: ['where shop', 'where production'] },
  diff: { does: 'shows what is in a release', examples: ['diff shop 2026.11.3'] },
  history: {
    does: 'shows who did what',
    examples: ['history shop 2026.11.3', 'history production --since 7d'],
  },
  why: { does: 'says what a candidate waits for', examples: ['why shop 2026.11.3-rc.1'] },
  plan: { does: 'shows the way to the top', examples: ['plan shop 2026.11.3-rc.1'] },
  delete: { does: 'deletes a release that went nowhere', examples: ['delete shop 2026.11.3'] },
  lock: { does: 'closes an environment', examples: ['lock shop staging for 2h: load test'] },
  unlock: { does: 'opens it again', examples: ['unlock shop staging'] },
  freeze: {
    does: 'stops all promotion for a time',
    examples: ['freeze shop until fri 17:00: audit', 'freeze all for 2d: audit'],
  },
  thaw: { does: 'ends a freeze', examples: ['thaw shop'] },
  env: {
    does: 'is about the environments themselves',
    examples: [
      'env list',
      'env create pr-17 from #17',
      'env extend pr-17 24h',
      'env keep pr-17',
      'env teardown pr-17',
      'env rebuild staging',
      'env patch staging',
    ],
  },
  checklist: {
    does: 'shows and ticks the checklist',
    examples: ['checklist 2026.11.3', 'checklist tick "QA sign-off" 2026.11.3'],
  },
  metrics: { does: 'shows durations and outcomes', examples: ['metrics shop --since 30d'] },
  mute: { does: 'sets what you are told about', examples: ['mute shop', 'mute shop mine', 'watch shop'] },
  help: { does: 'explains a verb', examples: ['help promote'] },
}

/** The examples of a verb with the command's name before them. */
export function examplesOf(verb: Verb, command: string): readonly string[] {
  return usages[verb].examples.map((example) => `${command} ${example}`)
}

/** What one verb does and how it is written. */
export function usageMessage(verb: Verb, command: string): Message {
  const text = `${command} ${verb} ${usages[verb].does}.`
  const also = Object.keys(aliases).filter((alias) => aliases[alias] === verb)
  const lines = examplesOf(verb, command).map((example) => `• ${code(example, 140)}`)
  const names = also.length === 0 ? '' : `\nAlso called ${also.map((alias) => code(alias)).join(', ')}.`
  return { text, blocks: [section(`*${verb}* ${usages[verb].does}.\n${lines.join('\n')}${names}`)] }
}
