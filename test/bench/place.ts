import { join } from 'node:path';

/** The clone with the bench; scripts/bench.mjs sets the variable. */
export const root = process.env['CCBOT_ROOT'] ?? process.cwd();

/** The clone with the programs that are measured: this one, or that of another commit. */
export const programs = process.env['CCBOT_PROGRAMS'] ?? root;

/** The program `ccbot`. */
export const ccbot = join(programs, 'packages/supervisor/bin/ccbot.js');
