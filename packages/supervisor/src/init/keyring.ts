import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import type { Environment } from '../host';

/** The desktop keyring, by `secret-tool` of libsecret. */
export interface Keyring {
  /** The command that prints the token; for `TELEGRAM_BOT_TOKEN_COMMAND`. */
  command: string;
  /** Whether there is a keyring that answers. */
  works(): Promise<boolean>;
  /** Stores the token and reads it back. Returns false if that did not work. */
  store(token: string): Promise<boolean>;
}

/** Unlocking a keyring asks the user on the desktop, ms. */
const UNLOCK_MS = 60_000;

/** Each `CCBOT_DIR` has an entry of its own. */
export function createKeyring(directory: string, env: Environment): Keyring {
  const account = createHash('sha256').update(directory).digest('hex').slice(0, 8);
  const attributes = ['service', 'ccbot', 'account', account];
  const run = (words: readonly string[], input = ''): Promise<Outcome> => secretTool(words, input, env);
  return {
    command: ['secret-tool', 'lookup', ...attributes].join(' '),
    async works() {
      const { code, stderr } = await run(['lookup', ...attributes]);
      // An entry that is not there is no error: then it prints nothing at all.
      return code === 0 || (code === 1 && stderr.trim() === '');
    },
    async store(token) {
      const stored = await run(['store', '--label=ccbot bot token', ...attributes], token);
      if (stored.code !== 0) return false;
      const { code, stdout } = await run(['lookup', ...attributes]);
      return code === 0 && stdout.split('\n')[0] === token;
    },
  };
}

interface Outcome {
  /** Null: it could not be started, or it was killed. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The secret goes through standard input, because others can see arguments. */
function secretTool(words: readonly string[], input: string, env: Environment): Promise<Outcome> {
  const child = spawn('secret-tool', words, { env: { ...env }, cwd: '/', timeout: UNLOCK_MS });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  child.stdin.on('error', () => undefined); // it did not read its input
  child.stdin.end(input);
  return new Promise((resolve) => {
    child.on('error', () => resolve({ code: null, stdout, stderr }));
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
