import { spawn } from 'node:child_process';
import { isAbsolute, join } from 'node:path';
import { fault, reasonOf, type Fault } from '../faults/fault';
import { readForeignSync } from '../files/foreign-file-sync';
import { SETTINGS } from './schema';
import { searchPath } from './search-path';

/** How long the command may take, s. A keyring may have to be woken up; nobody can answer a question meanwhile. */
const LIMIT_S = 10;

/** How long it takes before somebody who waits is told, ms. */
const SLOW_MS = 1_000;

/** The most that the command may print, bytes. A token has some 50 characters. */
const OUTPUT_MAX = 64 * 1024;

/** The name of the systemd credential, and of its file. */
export const CREDENTIAL = 'TELEGRAM_BOT_TOKEN';

/** Set by systemd: the directory with the credentials of a service. */
export const CREDENTIALS_ENV = 'CREDENTIALS_DIRECTORY';

export interface TokenRequest {
  env: Readonly<Record<string, string | undefined>>;
  /** `TELEGRAM_BOT_TOKEN_COMMAND`, split into words. Empty: there is none. */
  command: readonly string[];
  /** Where the command came from, for a fault. */
  source: string;
}

/** The token with the place that it came from, or why there is none. Null: no place is named. */
export type FoundToken = { text: string; source: string } | { fault: Fault } | null;

export interface ReadTokenOptions {
  /** How long the command may take, s. */
  limitS?: number;
  /** Gets a sentence for the user when the command has not answered after a moment. */
  onSlow?: (text: string) => void;
}

/** Reads the token that is not among the settings: from the systemd credential, otherwise from the command. */
export async function readToken(
  request: TokenRequest,
  { limitS = LIMIT_S, onSlow = () => undefined }: ReadTokenOptions = {},
): Promise<FoundToken> {
  const found = credentialOf(request);
  if (found !== null || request.command.length === 0) return found;
  const slow = setTimeout(() => onSlow(waitingText(request, limitS)), SLOW_MS);
  try {
    return tokenOf(request, limitS, await run(request, limitS));
  } finally {
    clearTimeout(slow);
  }
}

function waitingText({ source }: TokenRequest, limitS: number): string {
  return `Waiting for the bot token: ${COMMAND_SOURCE} (from ${source}) has ${limitS} s to print it.`;
}

/** Reads the token once and keeps it, because the command may ask a keyring. A failure is not kept. */
export interface TokenMemory {
  read(request: TokenRequest): Promise<FoundToken>;
  /**
   * Reads it again. If that fails, the token that is known from the same place stays, and the fault is returned;
   * otherwise the next `read` returns the fault.
   */
  refresh(request: TokenRequest): Promise<Fault | null>;
}

/** `onSlow` is called for `read` only. */
export function createTokenMemory({ limitS = LIMIT_S, onSlow }: ReadTokenOptions = {}): TokenMemory {
  let known: { key: string; found: FoundToken } | null = null;
  let failed: { key: string; found: FoundToken } | null = null;
  return {
    async read(request) {
      const key = keyOf(request);
      if (known?.key === key) return known.found;
      const isFailed = failed?.key === key;
      const found = isFailed
        ? (failed?.found ?? null)
        : await readToken(request, { limitS, ...(onSlow && { onSlow }) });
      failed = null;
      known = found !== null && 'text' in found ? { key, found } : null;
      return found;
    },
    async refresh(request) {
      const key = keyOf(request);
      const found = await readToken(request, { limitS });
      failed = null;
      if (found !== null && 'text' in found) known = { key, found };
      else if (known?.key === key && found !== null) return found.fault;
      else [known, failed] = [null, { key, found }];
      return null;
    },
  };
}

/** Whether both ask the same place for the token. */
export function isSameRequest(a: TokenRequest, b: TokenRequest): boolean {
  return keyOf(a) === keyOf(b);
}

function keyOf({ env, command }: TokenRequest): string {
  return JSON.stringify([env[CREDENTIALS_ENV], command]);
}

function credentialOf({ env }: TokenRequest): FoundToken {
  const directory = env[CREDENTIALS_ENV] ?? '';
  return isAbsolute(directory) ? readCredential(join(directory, CREDENTIAL)) : null;
}

/** Null: the service has no such credential. */
function readCredential(path: string): FoundToken {
  let text: string;
  try {
    text = readForeignSync(path, 'token');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    return { fault: fault('TOKEN_CREDENTIAL_BAD', { path, reason: reasonOf(error) }) };
  }
  const token = tokenIn(text);
  return token === null
    ? { fault: fault('TOKEN_CREDENTIAL_BAD', { path, reason: 'it does not begin with a bot token' }) }
    : { text: token, source: path };
}

/** How the command ended. */
interface Ran {
  /** It could not be started, took too long, or printed too much. */
  error?: Error | undefined;
  status: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
}

/**
 * The token that the command printed. Neither its arguments nor what it prints appear in a fault, because both may be
 * secret.
 */
function tokenOf({ source }: TokenRequest, limitS: number, ran: Ran): FoundToken {
  const { error, status, signal, stdout } = ran;
  const failed = (why: string): FoundToken => ({
    fault: fault('TOKEN_COMMAND_FAILED', { source, why, seconds: limitS }),
  });
  if (error !== undefined) return failed(whyNot(error, limitS));
  if (signal !== null) return failed(`it was ended by ${signal}`);
  if (status !== 0) return failed(`it exited with ${status}`);
  const token = tokenIn(stdout);
  return token === null ? failed('its first line is no bot token') : { text: token, source: COMMAND_SOURCE };
}

/** Runs the command without a shell, in the root directory, and without input. */
async function run(request: TokenRequest, limitS: number): Promise<Ran> {
  try {
    return await ranBy(start(request), limitS);
  } catch (error) {
    return { error: error as Error, status: null, signal: null, stdout: '' };
  }
}

/** Throws for some failures, such as too many arguments; for others the child has an error event. */
function start({ env, command: [program = '', ...args] }: TokenRequest) {
  return spawn(program, args, {
    cwd: '/',
    env: { ...env, PATH: searchPath(env['PATH']) },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

function ranBy(child: ReturnType<typeof start>, limitS: number): Promise<Ran> {
  return new Promise((resolve) => {
    let stdout = '';
    const end = (ran: Partial<Ran>): void => {
      clearTimeout(timer);
      child.stdout.destroy(); // what the command left behind may keep it open
      resolve({ status: null, signal: null, stdout, ...ran });
    };
    const giveUp = (code: string): void => {
      child.kill('SIGKILL');
      end({ error: Object.assign(new Error(code), { code }) });
    };
    const timer = setTimeout(() => giveUp('ETIMEDOUT'), limitS * 1_000);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (stdout.length > OUTPUT_MAX) giveUp('ENOBUFS');
    });
    child.on('error', (error) => end({ error }));
    child.on('close', (status, signal) => end({ status, signal }));
  });
}

/** The `source` of a token that the command printed. */
const COMMAND_SOURCE = 'TELEGRAM_BOT_TOKEN_COMMAND';

function whyNot(error: Error, limitS: number): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
      return 'there is no such program';
    case 'EACCES':
      return 'the program may not be run';
    case 'ETIMEDOUT':
      return `it took longer than ${limitS} seconds`;
    case 'ENOBUFS':
      return `it printed more than ${OUTPUT_MAX / 1024} kB`;
    default:
      return 'it could not be started'; // the message of the error names the arguments
  }
}

/** The token in the first line. Null: there is none. */
function tokenIn(text: string): string | null {
  const line = /^[^\r\n]*/.exec(text)?.[0] ?? '';
  try {
    return SETTINGS.TELEGRAM_BOT_TOKEN.read(line);
  } catch {
    return null;
  }
}
