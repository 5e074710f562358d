import { parseJson } from '@ccbot/shared/protocol/json';
import * as z from 'zod/mini';
import type { AgentLogin } from '../login';

/** The part of the output of `claude auth status` that ccbot uses. */
const status = z.object({
  loggedIn: z.boolean(),
  loginExpiresAt: z.optional(z.nullable(z.union([z.number(), z.string()]))),
});

/** Smaller numbers are seconds since the epoch. This one is the year 5138 in seconds, and 1973 in ms. */
const SECONDS_BELOW = 100_000_000_000;

/** How much of the output is read, UTF-16 units. */
const PRINTED_MAX = 16_384;

/** `claude auth login` prints a link and asks for a code (measured with 2.1.330). */
export const claudeLogin: AgentLogin = {
  isDead: (error) => error === 'authentication_failed',
  argv: (command) => [...command, 'auth', 'login'],
  read(printed) {
    // Output arrives in pieces, so the link is complete only when something follows it.
    const link = /https:\/\/\S{1,2000}(?=\s)/.exec(printed.slice(-PRINTED_MAX))?.[0];
    return { ...(link === undefined ? {} : { link }), waits: />\s?$/.test(printed) };
  },
  statusArgv: (command) => [...command, 'auth', 'status'],
  readStatus(printed) {
    const answer = parseJson(status, printed);
    if (answer === null) return null; // another version, or an error message
    const { loggedIn, loginExpiresAt: expiry } = answer;
    const time = typeof expiry === 'string' ? Date.parse(expiry) : (expiry ?? NaN);
    const expiresAt = time < SECONDS_BELOW ? time * 1_000 : time;
    return { loggedIn, ...(Number.isFinite(expiresAt) ? { expiresAt } : {}) };
  },
};
