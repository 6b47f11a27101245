/** Where PostgreSQL is. */
import { readAddress, type VariableReader } from './variables.js'

const example = 'postgres://user:password@host:5432/slipway'
const schemes = ['postgres:', 'postgresql:']

/** Null when it is not set, or is no such address; the latter is a problem. */
export const readDatabaseUrl = (reader: VariableReader, variable: string): string | null =>
  readAddress(reader, variable, { schemes, example })
