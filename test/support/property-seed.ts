/**
 * The seed of every property: fixed, so that the suite is reproducible. `PROPERTY_SEED=$RANDOM` tries other
 * cases, and the seed that a failure prints repeats it.
 */
import fc from 'fast-check'

fc.configureGlobal({ seed: Number(process.env['PROPERTY_SEED'] ?? 13) })
