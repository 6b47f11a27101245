/**
 * Whether this is the long run (`.ci/run full`, `SLIPWAY_TESTS=full`): only there tests run that take minutes, or that try
 * additional environments. Everywhere else such tests are skipped, counted and listed.
 */
export const isLongRun = process.env['SLIPWAY_TESTS'] === 'full'
