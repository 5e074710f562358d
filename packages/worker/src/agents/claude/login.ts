import * as z from 'zod/mini';
import type { AgentLogin } from '../login';

/** What `claude auth status` prints, as far as it is of interest. */
const status = z.object({
  loggedIn: z.boolean(),
  loginExpiresAt: z.optional(z.nullable(z.union([z.number(), z.string()]))),
});

/** Numbers below this are seconds since the epoch; it is the year 5138 in those, and 1973 in ms. */
const SECONDS_BELOW = 100_000_000_000;

/** The login of Claude Code by `claude auth login` (measured with 2.1.330): it prints a link and asks for a code. */
export const claudeLogin: AgentLogin = {
  isDead: (error) => error === 'authentication_failed',
  argv: (command) => [...command, 'auth', 'login'],
  read(printed) {
    // Whole only when something stands behind it: what is printed comes in pieces.
    const link = /https:\/\/\S+(?=\s)/.exec(printed)?.[0];
    return { ...(link === undefined ? {} : { link }), waits: />\s?$/.test(printed) };
  },
  statusArgv: (command) => [...command, 'auth', 'status'],
  readStatus(printed) {
    let raw: unknown;
    try {
      raw = JSON.parse(printed);
    } catch {
      return null; // another version, or an error in words
    }
    const parsed = status.safeParse(raw);
    if (!parsed.success) return null;
    const { loggedIn, loginExpiresAt: at } = parsed.data;
    const number = typeof at === 'string' ? Date.parse(at) : (at ?? NaN);
    const expiresAt = number < SECONDS_BELOW ? number * 1_000 : number;
    return { loggedIn, ...(Number.isFinite(expiresAt) ? { expiresAt } : {}) };
  },
};
