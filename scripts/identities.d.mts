import type { Plugin } from 'esbuild';

/** A plugin that replaces the code for the table of agents by its value, computed once for all its bundles. */
export function identitiesAsData(inputs?: Set<string>): Plugin;
