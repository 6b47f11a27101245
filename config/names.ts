/** Names, ids and paths of the file, each with its required format. */
import { validate as isCron } from 'node-cron'
import type { z } from 'zod'
import {
  type AppName,
  type ChannelId,
  type EnvironmentName,
  parseAppName,
  parseChannelId,
  parseEnvironmentName,
  parseUserId,
  SLIPWAY,
  type UserId,
} from '../domain/identifiers.js'
import { isRepositoryAddress } from '../domain/repository-address.js'
import { holdsCredentials } from './credentials.js'
import { type FieldResult, field, mistake, ok, patternField, readText, say, textField } from './fields.js'
import { isLoaderName, isOwnName } from './own-names.js'

const slugRule = 'a name: 1 to 40 lower-case letters, digits and dashes, with no dash at either end'

/** An app's name. */
export function appNameField(): z.ZodType<AppName> {
  return textField('shop', slugRule, parseAppName)
}

/** An environment's name. */
export function environmentNameField(): z.ZodType<EnvironmentName> {
  return textField('staging', slugRule, parseEnvironmentName)
}

/** The name of a role or of a release type. */
export function slugField(example: string): z.ZodType<string> {
  return textField(example, slugRule, (text) => (parseAppName(text) === null ? null : text))
}

/** A Slack channel by id, because names change. */
export function channelField(): z.ZodType<ChannelId> {
  return field((value) => {
    const text = readText(value, 'C01SHOP')
    if (text.kind === 'mistake') return text
    const channel = parseChannelId(text.value)
    if (channel !== null) return ok(channel)
    return mistake(
      `${say(text.value)} is not a channel id`,
      'copy the id from the end of the channel’s About tab, e.g. C01SHOP',
    )
  })
}

/** One holder of a role. */
export type RoleMember =
  | { readonly kind: 'user'; readonly user: UserId }
  | { readonly kind: 'group'; readonly group: string }

const groupHandle = /^@[a-z0-9][a-z0-9._-]{0,79}$/

/** A person's id or a user group's handle. */
export function memberField(): z.ZodType<RoleMember> {
  return field((value): FieldResult<RoleMember> => {
    const text = readText(value, 'U01ALICE')
    if (text.kind === 'mistake') return text
    const user = parseUserId(text.value)
    // The bot's own name is an actor, never a person who may decide.
    if (user !== null && user !== SLIPWAY) return ok({ kind: 'user', user })
    if (groupHandle.test(text.value)) return ok({ kind: 'group', group: text.value })
    const fix =
      'copy the member id from the person’s profile (U01ALICE), or write a user group as "@release-managers"'
    return mistake(`${say(text.value)} is neither a member id nor a user group`, fix)
  })
}

/** One person. */
export function userField(): z.ZodType<UserId> {
  return field((value): FieldResult<UserId> => {
    const text = readText(value, 'U01ALICE')
    if (text.kind === 'mistake') return text
    const user = parseUserId(text.value)
    if (user !== null && user !== SLIPWAY) return ok(user)
    return mistake(
      `${say(text.value)} is not a member id`,
      'copy the member id from the person’s profile (U01ALICE)',
    )
  })
}

/** An email address as in commits, or the name of an account at a forge. */
export function accountField(): z.ZodType<string> {
  return patternField(
    /^[^\s<>@]{1,100}(?:@[^\s<>@]{1,200})?$/,
    'an e-mail address or the name of an account',
    'alice@home.example',
  )
}

/** The host of a registry, with an optional port. */
export function registryField(): z.ZodType<string> {
  return patternField(
    /^[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?$/,
    'the host of a registry in lower case, with its port where it has one',
    'registry.example',
  )
}

/** The slash command. */
export function commandField(): z.ZodType<string> {
  return patternField(
    /^\/[a-z0-9_-]{1,31}$/,
    'a slash command (a slash and up to 31 lower-case letters, digits, _ and -)',
    '/release',
  )
}

/** Five cron fields. */
export function cronField(): z.ZodType<string> {
  return textField('"0 16 * * 5"', 'a cron expression of five fields', (text) =>
    text.trim().split(/\s+/).length === 5 && isCron(text) ? text.trim() : null,
  )
}

/** A time zone that this Node knows. */
export function timezoneField(): z.ZodType<string> {
  return textField('Europe/Berlin', 'a time zone', (text) => (isTimezone(text) ? text : null))
}

function isTimezone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }) instanceof Intl.DateTimeFormat
  } catch {
    return false
  }
}

/** A branch. Rejects anything that git refuses or could take for an option. */
export function branchField(): z.ZodType<string> {
  return textField('main', 'a branch', (text) => (isRefName(text) ? text : null))
}

/** A tag pattern that contains `{version}` once. */
export function tagField(): z.ZodType<string> {
  return textField('v{version}', 'a tag with {version} in it once', (text) => {
    const parts = text.split('{version}')
    return parts.length === 2 && isRefName(parts.join('1.2.3')) ? text : null
  })
}

/** The pattern of the cherry-pick branch, which contains `{tag}` or `{version}` once. */
export function pickBranchField(): z.ZodType<string> {
  return textField('release/{tag}', 'a branch with {tag} or {version} in it once', (text) => {
    const parts = text.split(/\{(?:tag|version)\}/)
    return parts.length === 2 && isRefName(parts.join('1.2.3')) ? text : null
  })
}

// The characters and sequences that `git check-ref-format` refuses.
const forbiddenInRef = /[\s\p{Cc}~^:?*[\\]|\.\.|@\{|\/\/|\/\.|\.lock(?:\/|$)|[/.]$/u

function isRefName(text: string): boolean {
  return /^[^-/.]/.test(text) && !forbiddenInRef.test(text)
}

/** The address of a repository: https, ssh or a path. */
export function repositoryField(): z.ZodType<string> {
  return field((value) => {
    const example = 'https://github.com/acme/shop.git'
    const text = readText(value, example)
    if (text.kind === 'mistake') return text
    // Not echoed, because the file is shown to people and stored.
    if (holdsCredentials(text.value)) {
      return mistake(
        'the address holds a password or token',
        'take it out and set GITHUB_TOKEN, or use an ssh address',
      )
    }
    if (isRepositoryAddress(text.value)) return ok(text.value)
    return mistake(
      `${say(text.value)} is not a repository (https, ssh or a path)`,
      `write for example ${example}`,
    )
  })
}

/** A regular expression that must match a whole text. */
export function expressionField(example: string): z.ZodType<string> {
  return textField(example, 'a regular expression', (text) => {
    try {
      RegExp(`^(?:${text})$`, 'u')
      return text
    } catch {
      return null
    }
  })
}

/** A path inside the repository. */
export function pathField(example: string): z.ZodType<string> {
  return textField(example, 'a path inside the repository', (text) => {
    const outside = text.startsWith('/') || text.startsWith('-') || text.includes('\\') || text.includes('\0')
    return outside || text.split('/').includes('..') ? null : text
  })
}

/** A git pathspec: a path or glob in the repository; a leading `:!` excludes what it names. */
export function pathspecField(): z.ZodType<string> {
  return textField('services/shop', 'a path or a git pathspec inside the repository', (text) => {
    const path = text.replace(/^:(?:[!^]|\((?:exclude|glob|icase|top)(?:,(?:exclude|glob|icase|top))*\))/, '')
    const isOutside = path === '' || /^[/:-]/.test(path) || /[\\\0\n]/.test(path)
    return isOutside || path.split('/').includes('..') ? null : text
  })
}

/** An ICS file: its URL, or its path relative to `slipway.yaml`. */
export function calendarField(): z.ZodType<string> {
  const example = 'https://calendar.example.com/holidays.ics'
  return field((value) => {
    const text = readText(value, example)
    if (text.kind === 'mistake') return text
    // Not echoed, because the file is shown to people and stored.
    if (holdsCredentials(text.value)) {
      return mistake('the address holds a password or token', 'use one that needs none, or a file')
    }
    const isOther = /^[a-z][a-z0-9+.-]+:/i.test(text.value) && !/^https?:\/\/[^/]/i.test(text.value)
    return isOther || text.value.includes('\0')
      ? mistake(
          `${say(text.value)} is not a calendar (http, https or a path)`,
          `write for example ${example}`,
        )
      : ok(text.value)
  })
}

/** The name of an environment variable that the file sets. */
export function variableNameField(): z.ZodType<string> {
  return field((value) => {
    const text = readText(value, 'LOG_LEVEL')
    return text.kind === 'mistake' ? text : readVariableName(text.value)
  })
}

/** The name of a variable in Slipway's own environment that is passed to a stage. */
export function secretNameField(): z.ZodType<string> {
  return field((value) => {
    const text = readText(value, 'DEPLOY_TOKEN')
    if (text.kind === 'mistake') return text
    if (!isOwnName(text.value)) return readVariableName(text.value)
    const fix = 'give the stage a token of its own under a name of its own, e.g. DEPLOY_TOKEN'
    return mistake(`${text.value} is Slipway’s own: a stage that has it can act as Slipway`, fix)
  })
}

function readVariableName(name: string): FieldResult<string> {
  if (name.startsWith('SLIPWAY_'))
    return mistake(`${name} is set by Slipway itself`, 'use a name without SLIPWAY_')
  if (isLoaderName(name))
    return mistake(
      `${name} decides which programs a stage runs`,
      `set ${name} in the command itself, if it must be`,
    )
  if (/^[A-Za-z_]\w{0,127}$/.test(name)) return ok(name)
  return mistake(
    `${say(name)} is not a variable’s name`,
    'use letters, digits and _, not beginning with a digit',
  )
}
