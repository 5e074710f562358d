import type { AgentLogin } from '../login';

/** The code is good for 15 minutes, and the program gives up by itself then. */
const PATIENCE_MS = 16 * 60_000;

/** A 401 of a server that Codex cannot renew its login with is told by its status alone. */
const REFUSED = / 401$/;

/**
 * The login of Codex by `codex login --device-auth` (measured with 0.169.0 against a server of one's own, to which a
 * hidden option `--experimental_issuer` points it): it prints a link and a code, asks its server once in some seconds
 * whether the code was entered there, and ends. It removes the login that there was before it asks for the code.
 */
export const codexLogin: AgentLogin = {
  patienceMs: PATIENCE_MS,
  discards: true,
  isDead: (error) => error === 'unauthorized' || REFUSED.test(error),
  argv: (command) => [...command, 'login', '--device-auth'],
  read(printed) {
    // Both stand on lines of their own. Whole only when something stands behind: what is printed comes in pieces.
    const link = /^\s*(https?:\/\/\S+)(?=\s)/m.exec(printed);
    const behind = link === null ? '' : printed.slice(link.index + link[0].length);
    const code = /^\s*([A-Z0-9]{3,8}(?:-[A-Z0-9]{3,8})+)(?=\s)/m.exec(behind)?.[1];
    const known = link?.[1];
    return known === undefined || code === undefined ? { waits: false } : { link: known, code, waits: false };
  },
  statusArgv: (command) => [...command, 'login', 'status'],
  // It ends with 1 when nobody is logged in, and says what it has to say in words, on its standard error.
  readStatus: () => ({ loggedIn: true }),
};
