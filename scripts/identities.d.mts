import type { Plugin } from 'esbuild';

/** Puts the table itself into a bundle, in place of the code that makes it. */
export const identitiesAsData: Plugin;
