import type { Plugin } from 'esbuild';

/** Replaces the code for the table of agents by its value. */
export const identitiesAsData: Plugin;
