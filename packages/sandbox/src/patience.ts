/** How long a test waits for what it expects, ms. A limit against hanging: a busy machine must not fail a test. */
export const PATIENCE_MS = 100_000;
