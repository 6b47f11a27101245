/** The environment variable that tells a test file where the compiled Slipway is. */
export const COMPILED_MAIN = 'SLIPWAY_TEST_COMPILED_MAIN'
