/**
 * The seed of every property: fixed, so that a run of the suite means the same each time. `PROPERTY_SEED=$RANDOM` tries other
 * cases, and the seed that a failure prints tries those again.
 */
import fc from 'fast-check'

fc.configureGlobal({ seed: Number(process.env['PROPERTY_SEED'] ?? 13) })
