import { spawnSync } from 'node:child_process';
import { isAbsolute, join } from 'node:path';
import { fault, reasonOf, type Fault } from '../faults/fault';
import { readForeignSync } from '../files/foreign-file-sync';
import { SETTINGS } from './schema';
import { searchPath } from './search-path';

/** How long the command may take, s. A keyring may have to be woken up; nobody can answer a question meanwhile. */
const LIMIT_S = 10;

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

export type ReadToken = (request: TokenRequest) => FoundToken;

/** Reads the token that is not among the settings: from the systemd credential, otherwise from the command. */
export function readToken(request: TokenRequest, limitS = LIMIT_S): FoundToken {
  const directory = request.env[CREDENTIALS_ENV] ?? '';
  if (isAbsolute(directory)) {
    const found = readCredential(join(directory, CREDENTIAL));
    if (found !== null) return found;
  }
  return request.command.length === 0 ? null : runCommand(request, limitS);
}

/** Reads it once and keeps it until `forget`, because the command may ask a keyring. A failure is not kept. */
export function createTokenMemory(read: ReadToken = readToken): { read: ReadToken; forget(): void } {
  let known: { key: string; found: FoundToken } | null = null;
  return {
    read(request) {
      const key = JSON.stringify([request.env[CREDENTIALS_ENV], request.command]);
      if (known?.key === key) return known.found;
      const found = read(request);
      known = found !== null && 'text' in found ? { key, found } : null;
      return found;
    },
    forget() {
      known = null;
    },
  };
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

/**
 * Runs the command without a shell, in the root directory, and without input. Neither its arguments nor what it prints
 * appear in a fault, because both may be secret.
 */
function runCommand({ env, command, source }: TokenRequest, limitS: number): FoundToken {
  const [program = '', ...args] = command;
  const { error, status, signal, stdout } = spawnSync(program, args, {
    cwd: '/',
    env: { ...env, PATH: searchPath(env['PATH']) },
    stdio: ['ignore', 'pipe', 'ignore'],
    encoding: 'utf8',
    timeout: limitS * 1_000,
    killSignal: 'SIGKILL',
    maxBuffer: OUTPUT_MAX,
  });
  const failed = (why: string): FoundToken => ({
    fault: fault('TOKEN_COMMAND_FAILED', { source, why, seconds: limitS }),
  });
  if (error !== undefined) return failed(whyNot(error, limitS));
  if (signal !== null) return failed(`it was ended by ${signal}`);
  if (status !== 0) return failed(`it exited with ${status}`);
  const token = tokenIn(stdout);
  return token === null ? failed('its first line is no bot token') : { text: token, source: COMMAND_SOURCE };
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
