/** Rules that no published linter has. Each names the fault it prevents; `test/tools/lint-rules.test.ts` plants them all. */
import { relative, sep } from 'node:path'
import { refuseImport } from './import-table.mjs'

/** Fault: folder boundaries that are only in a style guide erode (a workflow that reads the database, a bot that writes it). */
const importTable = {
  create(context) {
    const from = relative(context.cwd, context.filename).split(sep).join('/')
    const check = (node, source, typeOnly) => {
      if (typeof source?.value !== 'string') return
      const message = refuseImport(from, source.value, typeOnly)
      if (message) context.report({ node: source, message })
    }
    return {
      ImportDeclaration: (node) => check(node, node.source, isTypeOnly(node, 'importKind')),
      ExportNamedDeclaration: (node) => check(node, node.source, isTypeOnly(node, 'exportKind')),
      ExportAllDeclaration: (node) => check(node, node.source, node.exportKind === 'type'),
      ImportExpression: (node) => check(node, node.source, false),
      TSImportType: (node) => check(node, node.source ?? node.argument, true),
    }
  },
}

function isTypeOnly(node, kind) {
  if (node[kind] === 'type') return true
  return node.specifiers.length > 0 && node.specifiers.every((specifier) => specifier[kind] === 'type')
}

/**
 * Fault: Temporal calls a validator synchronously and drops a promise, so an async one fails the workflow task again and
 * again and the update never returns. A refusal is a result of the handler, so no validator is needed.
 */
const noUpdateValidator = {
  create: (context) => ({
    Property(node) {
      if (nameOf(node.key) === 'validator' && isHandlerOptions(node.parent)) {
        context.report({
          node,
          message: 'Return the refusal from the handler: Temporal does not await validators.',
        })
      }
    },
  }),
}

function isHandlerOptions(object) {
  const call = object.parent
  return (
    call?.type === 'CallExpression' && nameOf(call.callee) === 'setHandler' && call.arguments[2] === object
  )
}

/**
 * Fault: an async handler is suspended at its first await while the main loop, or another button press, changes the state it
 * decided on. Handlers decide, enqueue and return; the loop acts.
 */
const syncHandler = {
  create(context) {
    const asyncNames = new Set()
    const handlers = []
    return {
      FunctionDeclaration(node) {
        if (node.async && node.id) asyncNames.add(node.id.name)
      },
      VariableDeclarator(node) {
        if (node.init?.async) asyncNames.add(nameOf(node.id))
      },
      CallExpression(node) {
        if (nameOf(node.callee) === 'setHandler' && node.arguments[1]) handlers.push(node.arguments[1])
      },
      'Program:exit'() {
        for (const handler of handlers.filter((node) => node.async || asyncNames.has(nameOf(node)))) {
          context.report({ node: handler, message: 'Decide, enqueue and return: the main loop acts.' })
        }
      },
    }
  },
}

/** Fault: `x = f(x, await y())` reads x before the await, so what a handler changed meanwhile is lost. */
const noStaleAssign = {
  create: (context) => ({
    AssignmentExpression(node) {
      const name = nameOf(node.left)
      if (!name || !some(node.right, (part) => part.type === 'AwaitExpression')) return
      if (
        node.operator !== '=' ||
        some(node.right, (part) => part.type === 'Identifier' && part.name === name)
      ) {
        context.report({
          node,
          message: `Await on a line of its own: ${name} is read before and may change meanwhile.`,
        })
      }
    },
  }),
}

/** Fault: a rule that reads the clock or a random number itself gives different results in a test and in a replay. */
const noAmbientTime = {
  create: (context) => ({
    NewExpression(node) {
      if (nameOf(node.callee) === 'Date' && node.arguments.length === 0) {
        context.report({ node, message: 'Pass the instant in.' })
      }
    },
    CallExpression(node) {
      const callee = node.callee.type === 'MemberExpression' ? memberName(node.callee) : nameOf(node.callee)
      if (['Date', 'Date.now', 'performance.now', 'Math.random', 'crypto.randomUUID'].includes(callee)) {
        context.report({ node, message: `Pass the value in: ${callee}() is not a rule's to ask.` })
      }
    },
  }),
}

/**
 * Fault: `maximumAttempts: 1` turns a worker's restart into a failed deployment, and a stage without its own activity id
 * cannot be distinguished from its neighbour in a recorded history. Stages are the activities whose end is awaited
 * when they are cancelled.
 */
const stageOptions = {
  create: (context) => ({
    CallExpression(node) {
      const options = node.arguments[0]
      if (nameOf(node.callee) !== 'proxyActivities' || options?.type !== 'ObjectExpression') return
      if (!property(options, 'cancellationType')) return
      if (property(property(options, 'retry')?.value, 'maximumAttempts')?.value.value === 1) {
        context.report({
          node,
          message: 'A stage is attempted again after a lost worker: never maximumAttempts: 1.',
        })
      }
      const spread = options.properties.some((part) => part.type === 'SpreadElement')
      if (!spread && !property(options, 'activityId')) {
        context.report({
          node,
          message: 'An activity that is cancelled with patience is a stage: give it its own activityId.',
        })
      }
    },
  }),
}

/**
 * Fault: `.catch(() => undefined)` hides every failure, also the one nobody thought of. Catch the expected error by its code, report it,
 * or wait for the end alone with `Promise.allSettled`, and say why its outcome does not matter.
 */
const noSwallowedRejection = {
  create: (context) => ({
    CallExpression(node) {
      const [handler] = node.arguments
      if (nameOf(node.callee.property) !== 'catch' || !/Function/.test(handler?.type ?? '')) return
      const { body } = handler
      const isEmpty = body.type === 'BlockStatement' ? body.body.length === 0 : nameOf(body) === 'undefined'
      if (isEmpty) context.report({ node: handler, message: 'Say which error is expected, or report it.' })
    },
  }),
}

/**
 * Fault: `in` and `sql.join` bind a parameter for each value, and a statement with more than 65,535 is refused: it works until
 * there are many. What is written out, or a subquery, may stay.
 */
const oneParameterPerList = {
  create: (context) => ({
    CallExpression(node) {
      const [, operator, list] = node.arguments
      const bindsEach =
        /^(not )?in$/.test(operator?.value) &&
        (list?.type === 'ArrayExpression'
          ? list.elements.some((element) => element.type === 'SpreadElement')
          : !/CallExpression|Function/.test(list?.type))
      if (bindsEach || memberName(node.callee) === 'sql.join')
        context.report({ node, message: 'Bind the list as one parameter: anyOf of db/any-of.ts.' })
    },
  }),
}

const registering = /^(test|it|describe|(before|after)(All|Each)|onTestFinished)$/

/**
 * Fault: a limit that suits the machine of its author fails on a busy one. What a test waits for has patience in
 * `test/support/until.ts`, and the configuration ends a test that hangs.
 */
const noTimeLimit = {
  create(context) {
    const message = 'Leave the time limit to vitest.config.ts.'
    return {
      CallExpression(node) {
        if (memberName(node.callee) === 'vi.setConfig') context.report({ node, message })
        if (!registering.test(rootOf(node.callee))) return
        for (const given of node.arguments) {
          const limit = typeof given.value === 'number' ? given : property(given, 'timeout')
          if (limit) context.report({ node: limit, message })
        }
      },
    }
  },
}

/** `it` of `it`, `it.each(rows)` and `it.skipIf(x).each`. */
function rootOf(node) {
  if (node.type === 'CallExpression') return rootOf(node.callee)
  return node.type === 'MemberExpression' ? rootOf(node.object) : nameOf(node)
}

function property(object, name) {
  return object?.properties?.find((part) => part.type === 'Property' && nameOf(part.key) === name)
}

function nameOf(node) {
  return node?.type === 'Identifier' ? node.name : undefined
}

function memberName(node) {
  return `${nameOf(node.object)}.${nameOf(node.property)}`
}

const isNode = (value) => typeof value === 'object' && value !== null && typeof value.type === 'string'

/** Whether a node or a descendant matches; nested functions are separate code and are skipped. */
function some(node, test) {
  if (/Function/.test(node.type)) return false
  if (test(node)) return true
  const parts = Object.entries(node).flatMap(([key, value]) => (key === 'parent' ? [] : value))
  return parts.some((part) => isNode(part) && some(part, test))
}

export default {
  meta: { name: 'slipway' },
  rules: {
    'import-table': importTable,
    'no-swallowed-rejection': noSwallowedRejection,
    'no-time-limit': noTimeLimit,
    'one-parameter-per-list': oneParameterPerList,
    'no-update-validator': noUpdateValidator,
    'sync-handler': syncHandler,
    'no-stale-assign': noStaleAssign,
    'no-ambient-time': noAmbientTime,
    'stage-options': stageOptions,
  },
}
