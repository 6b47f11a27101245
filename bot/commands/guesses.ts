/** Commands to offer for text that is not a command. None of them runs automatically (U.6). */
import type { Problem } from './parsed-command.js'
import { headOf, outsideQuotes } from './tidy.js'

/** Filler words, ignored outside of quotation marks. */
const filler =
  /(?:^|\s+)(?:the|a|an|it|its|this|that|is|are|my|our|your|please|me|us|newest|current|version|release|candidate|build|one|now|again|just|some|up|out|onto the|over)(?=\s|$)/gi

/** Phrases that people use for a verb, besides its aliases. */
const sayings: readonly (readonly [RegExp, string])[] = [
  [/^(?:can|could|would|will) (?:you|we|i|somebody) (?:please )?(.*)$/, '$1'],
  [/^(?:i|we) (?:want|need|would like|have) to (.*)$/, '$1'],
  [/^(?:i'd like to|let's|lets|go and|time to|try to) (.*)$/, '$1'],
  [/^(\d\S*|latest)$/, 'status $1'],
  [/^(?:extend|prolong|renew) (?:my |the )?(?:preview|env|environment)$/, 'env extend'],
  [
    /^(?:new|create|make|start|spin up|open|give me) (?:a |my )?(?:preview|env|environment)(?: of| for| from| called| named)? (\S+)$/,
    'env create $1',
  ],
  [/^what(?:'s|s| is)? (?:in|inside|new in|part of) (?:the )?(\d\S*|latest)$/, 'diff $1'],
  // What runs where
  [
    /^(?:what(?:'s|s| is| are)?|which version(?: is)?|who(?:'s| is)?|show|tell me what is) (?:running |deployed |live |there |currently )?(?:on|in|at|to) (?:the )?(\S+)(?: right now| now)?$/,
    'where $1',
  ],
  [/^what (?:runs|is running|is deployed|is live|version runs) (?:on|in|at) (?:the )?(\S+)$/, 'where $1'],
  [/^(?:what|which version) does (\S+) run$/, 'where $1'],
  [
    /^(?:is|are) (?:the )?(\S+) (?:up|down|free|locked|frozen|open|closed|busy|ok|healthy|broken|paused)$/,
    'where $1',
  ],
  [/^(?:who locked|who has|who blocks|state of|health of) (?:the )?(\S+)$/, 'where $1'],
  [
    /^(?:what runs where|what is where|what's where|overview|versions?|environments? overview|dashboard)$/,
    'where',
  ],
  [/^what(?:'s|s| is) (?:live|deployed|running|out there)(?: right now| now)?$/, 'where'],
  // Status
  [
    /^(?:where(?:'s|s| is)|how far is|what about|what is with|what happened to|is there news of) (\d\S*)$/,
    'status $1',
  ],
  [
    /^(?:what(?:'s|s| is) (?:going on|up|happening|new|the status|the state|under way)|how(?:'s|s| is) it going|how far are we|any news|news|progress|state|how does it look|what now|where are we)$/,
    'status',
  ],
  [/^(?:is it|are we) (?:done|out|live|there|ready|released|deployed)(?: yet)?$/, 'status'],
  [/^(?:did|has) (\d\S*) (?:go|gone|been|fail|failed|ship|shipped|make it)\b.*$/, 'status $1'],
  // Lists
  [
    /^(?:what|who|anything)(?:'s|s| is)? (?:waiting|waits|pending|open|to do|left)(?: for me)?$/,
    'list waiting',
  ],
  [
    /^(?:what (?:can|should|must) i (?:do|approve|accept|test)|todo|to ?do|inbox|pending|approvals?|queue|mine|my (?:work|tasks|approvals))$/,
    'list waiting',
  ],
  [
    /^(?:show |give me |list )?(?:all |the |open )*(releases|candidates|rcs|drafts|envs|environments)$/,
    'list $1',
  ],
  [/^(?:show |list )?(?:all |the |my )*previews$/, 'env list'],
  [
    /^(?:what(?:'s|s| is| do we have)? (?:planned|coming(?: up)?|ahead|on the (?:roadmap|calendar))|(?:show )?(?:the )?(?:plans?|release plan|milestones?|what(?:'s|s| is) planned))$/,
    'roadmap',
  ],
  // Blockers
  [
    /^(?:who|which people) (?:can|may|must|should|has to|needs to|is to) (?:approve|accept|decide|release|sign off|promote|deploy|unblock|do it)(?: (?:it|this|that|\S+))?$/,
    'why',
  ],
  [
    /^(?:what|who)(?:'s|s| is| are)? (?:blocking|blocks|holding|holds|missing|waiting|stuck|keeping|stopping|waited for)\b.*$/,
    'why',
  ],
  [
    /^(?:what (?:are we|is it|do we|does it) wait(?:ing)? for|why (?:is it|are we|is that|isn't it|does it) .*|blocked|stuck|blockers?|what(?:'s|s| is) next|next|what next|what (?:comes|happens) next|waiting for)$/,
    'why',
  ],
  [/^when (?:will|does|can|is) .*$/, 'plan'],
  [/^(?:eta|how long|schedule|forecast|timeline|how soon)$/, 'plan'],
  // Contents
  [
    /^(?:what (?:has |have )?changed|changes|what(?:'s|s| is) (?:different|new)) (?:since|on|in|from|against|compared (?:to|with)) (?:the )?(\S+)$/,
    'diff latest vs $1',
  ],
  [/^(?:compare|difference between|delta) (\S+) (?:and|with|to|vs|against) (\S+)$/, 'diff $1 vs $2'],
  [/^release notes(?: (?:of|for) (\S+))?$/, 'notes $1'],
  // Previews
  [/^(?:extend|prolong|renew)(?: preview| environment| env)?$/, 'env extend'],
  [
    /^(?:extend|prolong|renew)(?: preview| environment| env)? (\S+)(?: (?:for|by))?(?: (\S+))?$/,
    'env extend $1 $2',
  ],
  [/^(?:keep) (?:preview |environment |env )?(\S+)(?: .*)?$/, 'env keep $1'],
  [
    /^(?:tear ?down|destroy|dismantle|remove|delete|kill) (?:preview |environment |env )(\S+)$/,
    'env teardown $1',
  ],
  [/^(?:tear ?down|destroy) (\S+)$/, 'env teardown $1'],
  [/^(?:rebuild|set ?up(?: again)?|recreate) (\S+)$/, 'env rebuild $1'],
  [/^(?:patch|redeploy) (\S+)$/, 'env patch $1'],
  [
    /^(?:new|create|make|start|spin|open|give) (?:preview|env|environment)(?: (?:of|for|from|called|named))? (\S+)(?: (?:of|for|from) (\S+))?$/,
    'env create $1 from $2',
  ],
  [/^preview (\S+)$/, 'env create $1'],
  // Closing and opening
  [/^(?:unfreeze|end freeze|stop freeze|melt|lift freeze)\b(.*)$/, 'thaw$1'],
  [/^(?:hold|halt|suspend|stop automation on|stop automation in)\b(.*)$/, 'pause$1'],
  [/^(?:unpause|continue|unhold|go on|lift hold)\b(.*)$/, 'resume$1'],
  [/^(?:close|block|reserve|claim|book|take)\b(.*)$/, 'lock$1'],
  [/^(?:open|unblock|free|give back)\b(.*)$/, 'unlock$1'],
  // Acts
  [/^(?:push|put|bring|move|roll|send|get|release|publish|install|upgrade|advance)\b(.*)$/, 'promote$1'],
  [/^(?:stop|cancel|kill|terminate|interrupt)\b(.*)$/, 'abort$1'],
  [/^(?:rerun|repeat|redo|restart|try)\b(.*?)(?: again| once more)?$/, 'retry$1'],
  [/^(?:backport|backpick|graft|merge)\b(.*)$/, 'cherry-pick$1'],
  [/^(?:tick|check|sign) ?(?:off)? (.*)$/, 'checklist tick $1'],
  [/^(?:new|create|make|begin|tag|branch)(?: release| version| rc)?\b(.*)$/, 'cut$1'],
  [/^(?:allow|permit|let in|confirm|lgtm for)\b(.*)$/, 'approve$1'],
  [/^(?:good|passed|works|tested|qa ok)\b(.*)$/, 'accept$1'],
  [/^(?:decline|refuse|veto|block release)\b(.*)$/, 'reject$1'],
  [/^(?:unsubscribe|silence|quiet|shut up|stop telling me|don't tell me|leave me alone)$/, 'mute none'],
  [/^(?:subscribe|notify me|tell me everything|unmute)$/, 'mute all'],
  // Help
  [
    /^(?:\?|man|usage|commands|manual|options|menu|about|how|what can (?:you|i) do|how (?:do|does|can) (?:i|this|it|you) .*|what (?:do|are) you.*|who are you|hi|hello|hey|start|ping|test|thanks|thank you)$/,
    'help',
  ],
  [/^(?:stats|statistics|dora|numbers|kpis?|how (?:fast|often) .*)$/, 'metrics'],
]

export interface Guess {
  /** A whole command, without the slash. */
  readonly command: string
  /** True: rephrased from other words. False: a word was misspelt, and only the person knows which one was meant. */
  readonly said: boolean
}

/** Most likely first. Some of them may not be valid commands. */
export function guessesOf(text: string, problem: Problem): readonly Guess[] {
  const head = headOf(text)
  const rest = text.slice(head.length)
  const plain = head
    .toLowerCase()
    .replaceAll('’', "'")
    .replace(/[\s?!.]+$/, '')
  const variants = [...rephrased(plain), withoutFiller(plain), ...rephrased(withoutFiller(plain))].flatMap(
    (one) => [one, withoutFiller(one), ...rephrased(one)],
  )
  const commands = variants
    .map((one) => restoreQuotes(one, head))
    .map((one) => `${one.replaceAll(/\s+/g, ' ').trim()}${rest}`)
  return [
    ...[...new Set(commands)].filter((one) => one !== text).map((command) => ({ command, said: true })),
    ...correctedIn(text, problem).map((command) => ({ command, said: false })),
  ]
}

const rephrased = (text: string): readonly string[] =>
  sayings.flatMap(([pattern, command]) => (pattern.test(text) ? [text.replace(pattern, command).trim()] : []))

const withoutFiller = (text: string): string =>
  outsideQuotes(text, (part) => part.replaceAll(filler, ' ')).trim()

/** Restores the original letter case of quoted parts. */
function restoreQuotes(text: string, original: string): string {
  const quoted = original.match(/["“”„‟«»][^"“”„‟«»]*["“”„‟«»]/g) ?? []
  let index = 0
  return text.replaceAll(/["“”„‟«»][^"“”„‟«»]*["“”„‟«»]/g, (one) => quoted[index++] ?? one)
}

/** The command with its one unknown word corrected. */
function correctedIn(text: string, problem: Problem): readonly string[] {
  switch (problem.kind) {
    case 'unknown-verb':
      return problem.nearest.map((verb) => `${verb} ${problem.rest}`.trim())
    case 'approve-or-accept':
      return ['approve', 'accept'].map((verb) => `${verb} ${problem.rest}`.trim())
    case 'unknown-flag':
      return problem.nearest
        .slice(0, 1)
        .map((flag) => text.replace(new RegExp(`(--?|[—–−])${problem.flag}\\b`, 'i'), `--${flag}`))
    case 'refused': {
      const { refusal } = problem
      const known =
        refusal.code === 'unknown-environment' ||
        refusal.code === 'unknown-app' ||
        refusal.code === 'unknown-type'
      if (!known) return []
      return refusal.nearest.slice(0, 1).map((name) => text.replace(refusal.text, name))
    }
    default:
      return []
  }
}
