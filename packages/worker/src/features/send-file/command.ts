import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { ccbotDirectory } from '@ccbot/shared/config/absolute-path';
import { relayDirectories, workerSocketOf } from '@ccbot/shared/config/sockets';
import { askWorker, ASK_TIMES, type Asked, type AskTimes } from './request';
import { exitOf, SEND_EXIT, type SendRequest, type SendResult } from './protocol';

/** The command line of `ccbot send-file`. */
export interface SendCommand {
  paths: readonly string[];
  caption?: string;
  chats: readonly number[];
  asFiles: boolean;
  json: boolean;
}

/** The process that the command runs in. */
export interface SendWorld {
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  cwd: string;
  out: { write(text: string): unknown };
  err: { write(text: string): unknown };
  times?: AskTimes;
}

/** Asks the worker to send files; resolves with the exit code, see {@link SEND_EXIT}. */
export async function sendCommand(command: SendCommand, world: SendWorld): Promise<number> {
  // A relative CCBOT_DIR would lead to a socket in the working directory, which is a repository.
  const dir = ccbotDirectory(world.env, world.home) ?? join(world.home, '.ccbot');
  const session = world.env['CCBOT_SESSION'];
  const request: SendRequest = {
    v: 1,
    kind: 'send-file',
    id: randomUUID(),
    paths: command.paths.map((path) => resolve(world.cwd, path)),
    ...(session ? { session } : {}),
    ...(command.caption === undefined ? {} : { caption: command.caption }),
    ...(command.chats.length === 0 ? {} : { chats: [...command.chats] }),
    ...(command.asFiles ? { asFiles: true } : {}),
  };
  const where = { socket: workerSocketOf(dir), relays: relayDirectories(dir) };
  const asked = await askWorker(request, where, world.times ?? ASK_TIMES);
  if (asked.ok) {
    const exit = exitOf(asked.results);
    if (command.json) world.out.write(`${JSON.stringify({ exit, results: asked.results })}\n`);
    else for (const result of asked.results) world.out.write(`${lineOf(result)}\n`);
    return exit;
  }
  const exit = asked.why === 'lost' ? SEND_EXIT.failed[0] : SEND_EXIT.noWorker[0];
  const why = whyNot(asked, dir);
  if (command.json) world.out.write(`${JSON.stringify({ exit, why, results: [] })}\n`);
  world.err.write(`ccbot: ${why}\n`);
  return exit;
}

function whyNot(asked: Extract<Asked, { ok: false }>, dir: string): string {
  switch (asked.why) {
    case 'lost':
      return 'ccbot took the request but stopped before it answered; look in the chat before you send again';
    case 'no-worker':
      return `ccbot is not running for ${dir}, so nothing was sent; start it and try again (see ccbot status)`;
    case 'not-ours':
      return `${asked.reason}, so nothing was sent; run ccbot doctor`;
  }
}

const SIGNS = { sent: 'ok', queued: 'ok', held: 'held', failed: 'FAILED' } as const;
const STATES = {
  sent: 'sent',
  queued: 'queued, and will be sent',
  held: 'held',
  failed: 'not sent',
} as const;

/** One line for a file in a chat: the outcome, and why. */
function lineOf({ path, chat, state, why }: SendResult): string {
  const to = chat === null ? '' : ` to chat ${chat}`;
  return `${SIGNS[state].padEnd(6)} ${path}: ${STATES[state]}${to}${why === undefined ? '' : `: ${why}`}`;
}

/** The end of `--help`. */
export const SEND_HELP = [
  '',
  'Exit codes:',
  ...Object.values(SEND_EXIT).map(([code, meaning]) => `  ${String(code).padEnd(3)} ${meaning}`),
  '',
  'Files may come from the directory of the session and the directory of temporary files, after linked directories',
  'are resolved. A link in place of the file is refused.',
  'CCBOT_SEND_ROOTS allows more. Pictures (PNG, JPEG, WebP up to 10 MB) are sent as photos, everything else as files,',
  'several of a kind as an album. A bot may send files of up to 50 MB, and of 2000 MB through a Bot API server of your own (`--local`).',
].join('\n');
