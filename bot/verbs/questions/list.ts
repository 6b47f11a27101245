/** `list`: the releases of an app, or of every app. */
import { nearest } from '../../../domain/nearest.js'
import type { Arguments } from '../../commands/arguments.js'
import { type Listing, type ParsedCommand, problem, read } from '../../commands/parsed-command.js'
import { appFlags, placeKeywords, syntax } from '../../commands/syntax.js'
import { command } from '../common/command.js'
import { answerList } from './answer-read.js'
import { readPage } from './question.js'

const LAST_PAGE = 1_000

const listingWords: Readonly<Record<string, Listing>> = {
  releases: 'releases',
  rcs: 'candidates',
  candidates: 'candidates',
  envs: 'environments',
  environments: 'environments',
  approvals: 'waiting',
  waiting: 'waiting',
  drafts: 'drafts',
}

export const list = command('list', {
  usage: {
    does: 'lists releases',
    examples: ['list', 'list waiting --mine', 'list drafts', 'list --page 2'],
  },
  syntax: syntax(placeKeywords, { ...appFlags, here: 'switch', mine: 'switch', page: 'value' }),
  read: readList,
  buttons: {
    list: ({ app, argument = '1' }) => {
      const page = Number(argument)
      return Number.isInteger(page) && page > 0
        ? read({ kind: 'list', app, what: 'releases', mine: false, page, here: false })
        : null
    },
  },
  answers: { list: answerList },
})

/** `list rcs --mine --page 2`; `list planned` is the roadmap. */
function readList(args: Arguments): ParsedCommand<never> {
  const [word] = args.words.map(({ token }) => token.text.toLowerCase())
  return word === 'planned' || word === 'upcoming'
    ? read({ kind: 'roadmap', app: args.app?.name ?? null, here: args.switches.has('here') })
    : readListing(args)
}

function readListing(args: Arguments): ParsedCommand<never> {
  const [word, extra] = args.words.map(({ token }) => token.text)
  const known = word?.toLowerCase() ?? 'releases'
  const what = Object.hasOwn(listingWords, known) ? listingWords[known] : undefined
  if (what === undefined) {
    const close = nearest(known, Object.keys(listingWords)).map((name) => `list ${name}`)
    return problem({ kind: 'unknown-verb', text: `list ${word ?? ''}`, nearest: close, rest: '' })
  }
  if (extra !== undefined) return problem({ kind: 'unexpected', text: extra, verb: args.verb })
  const page = readPage(args, LAST_PAGE)
  if (typeof page !== 'number') return problem(page)
  const app = args.app?.name ?? null
  return read({
    kind: 'list',
    app,
    what,
    mine: args.switches.has('mine'),
    page,
    here: args.switches.has('here'),
  })
}
