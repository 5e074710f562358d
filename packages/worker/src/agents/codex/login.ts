import type { AgentLogin } from '../login';

/** The code expires after 15 minutes. Then the program gives up by itself. */
const PATIENCE_MS = 16 * 60_000;

/** How much of the output is read, UTF-16 units. */
const PRINTED_MAX = 16_384;

/** A server that refuses to renew the login answers 401. Then the error name only ends with that status. */
const REFUSED = / 401$/;

/**
 * `codex login --device-auth` prints a link and a code, polls its server every few seconds until the code was entered
 * there, and exits. It deletes the existing login before it asks for the code. Measured with 0.169.0 against a test
 * server, which the hidden option `--experimental_issuer` selects.
 */
export const codexLogin: AgentLogin = {
  patienceMs: PATIENCE_MS,
  discards: true,
  isDead: (error) => error === 'unauthorized' || REFUSED.test(error),
  argv: (command) => [...command, 'login', '--device-auth'],
  read(printed) {
    // Link and code are on their own lines. Output arrives in pieces, so they are complete only when something follows.
    const end = printed.slice(-PRINTED_MAX);
    const link = /^[ \t]{0,40}(https?:\/\/\S{1,2000})(?=\s)/m.exec(end);
    const rest = link === null ? '' : end.slice(link.index + link[0].length);
    const code = /^[ \t]{0,40}([A-Z0-9]{3,8}(?:-[A-Z0-9]{3,8}){1,8})(?=\s)/m.exec(rest)?.[1];
    const url = link?.[1];
    return url === undefined || code === undefined ? { waits: false } : { link: url, code, waits: false };
  },
  statusArgv: (command) => [...command, 'login', 'status'],
  // It exits with 1 when nobody is logged in. Its message on standard error is only for people.
  readStatus: () => ({ loggedIn: true }),
};
