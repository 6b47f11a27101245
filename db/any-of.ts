import { type RawBuilder, sql } from 'kysely'

/**
 * Any value of a list: `.where('id', '=', anyOf(ids))`. The whole list is one parameter, of which a statement can have 65,535;
 * `in` would bind one for each value, and cannot have an empty list.
 */
export function anyOf<Value>(values: readonly Value[]): RawBuilder<Value> {
  return sql<Value>`any(${[...values]})`
}
