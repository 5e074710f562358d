import { readFileSync } from 'node:fs';
import type { Loaded } from '@ccbot/shared/config/load';
import { AGENT_COMMANDS, SETTINGS } from '@ccbot/shared/config/schema';
import { splitWords } from '@ccbot/shared/config/split-words';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { redact } from '@ccbot/shared/log/redact';
import type { Ran } from '../doctor/deps';
import type { ApiAnswer } from '../net/bot-api';
import { enableLinger, lingers } from '../service/linger';
import { GaveUp, NobodyToAsk, type Asker } from './asker';
import { writeValues } from './env-file';
import { firstMessage } from './first-message';

/** Answers given on the command line; what is absent is asked. */
export interface InitOptions {
  /** A file that holds the token, or `-` for standard input. */
  tokenFile?: string;
  /** Numeric ids, with commas between. */
  allow?: string;
  hooks?: boolean;
  service?: boolean;
  /** Whether systemd is to run it also while nobody is logged in. */
  linger?: boolean;
  start?: boolean;
}

/** What `ccbot init` works with. */
export interface InitDeps {
  /** The settings as they stand on disk and in the environment. */
  load(): Loaded;
  asker: Asker;
  call(token: string, method: string, body: unknown, timeoutMs: number): Promise<ApiAnswer>;
  readStdin(): string;
  /** Takes the locks while the bot is polled; a text says who holds them. Release by calling the result. */
  lock(token: string): (() => void) | string;
  run(program: string, args: readonly string[], timeoutMs?: number): Promise<Ran>;
  /** Runs the worker's program, `ccbot hook …`. */
  hooks(action: '--status' | '--install'): Promise<Ran>;
  service: { kind: string | null; installed(): boolean; install(): Promise<number> };
  uid: number;
  /** Starts ccbot in the background, or replaces its worker; resolves with what was done. */
  start(): Promise<string>;
  isRunning(): Promise<boolean>;
  host: string;
  pause(ms: number): Promise<void>;
}

/** A question is answered within this, ms. */
const ANSWER_MS = 15_000;

/**
 * Sets ccbot up: token, allowed person, hooks, service, start, hello. Everything is asked before anything is written;
 * what is there already and not asked to change stays. Throws what the asker throws, and errors with words for people.
 */
export async function init(options: InitOptions, deps: InitDeps): Promise<void> {
  const { asker } = deps;
  const loaded = deps.load();
  const known = standing(loaded);
  const token = await chooseToken(options, known.token, deps);
  const me = await checkToken(token, deps);
  asker.say(`Your bot: @${me} — https://t.me/${me}`);
  const allowed = await choosePeople(options, known.allowed, token, me, deps);
  await tellPrograms(deps);

  const values: Record<string, string> = {};
  if (token !== known.token) values['TELEGRAM_BOT_TOKEN'] = token;
  if (allowed !== known.allowed) values['ALLOWED_USERS'] = allowed;
  const wantHooks = await wantsHooks(options, deps);
  const wantService = await wantsService(options, deps);
  const wantLinger = await wantsLinger(options, wantService, deps);
  const wantStart = wantService
    ? false
    : (options.start ?? (await asker.yes('Start ccbot now?', '--start or --no-start')));

  asker.close();
  if (Object.keys(values).length > 0) {
    writeValues(loaded.paths.env, values);
    asker.say(`Written: ${loaded.paths.env} (only you can read it).`);
  } else asker.say(`${loaded.paths.env} stays as it is.`);
  if (wantHooks) await installHooks(deps);
  if (wantService && (await deps.service.install()) !== 0) {
    throw new Error(
      'the service could not be installed; the settings are written, `ccbot supervise` runs it by hand',
    );
  }
  if (wantLinger) asker.say(await enableLinger(deps.run));
  if (wantStart) asker.say(await deps.start());
  await hello(token, allowed, deps);
}

/** The values that stand already, as they are written; empty where there is none. */
function standing(loaded: Loaded): { token: string; allowed: string } {
  if (!loaded.ok) return { token: '', allowed: '' };
  return { token: loaded.config.TELEGRAM_BOT_TOKEN, allowed: loaded.config.ALLOWED_USERS.join(',') };
}

async function chooseToken(options: InitOptions, known: string, deps: InitDeps): Promise<string> {
  const wrong = (text: string): string | undefined => {
    try {
      SETTINGS.TELEGRAM_BOT_TOKEN.read(text);
      return undefined;
    } catch (error) {
      return `That is no token: ${reasonOf(error)}`;
    }
  };
  if (options.tokenFile !== undefined) {
    const text = (
      options.tokenFile === '-' ? deps.readStdin() : readFileSync(options.tokenFile, 'utf8')
    ).trim();
    const why = wrong(text);
    if (why !== undefined) throw new Error(`--token-file: ${why}`);
    return text;
  }
  if (known !== '') return known;
  deps.asker.say('Write to @BotFather in Telegram, /newbot, and copy the token it gives you.');
  return (await deps.asker.secret('The bot’s token (it stays hidden)', '--token-file', wrong)).trim();
}

/** The bot's name. */
async function checkToken(token: string, { call, asker }: InitDeps): Promise<string> {
  const done = asker.waiting('Asking Telegram');
  let answer: ApiAnswer;
  try {
    answer = await Promise.race([call(token, 'getMe', {}, ANSWER_MS), asker.gaveUp]);
  } catch (error) {
    if (error instanceof GaveUp) throw error;
    done('Telegram cannot be reached.');
    throw new Error(
      `Telegram cannot be reached (${redact(reasonOf(error), [token])}); check the network, TG_PROXY_URL and TELEGRAM_API_ROOT`,
      { cause: error },
    );
  }
  if (answer.status === 401 || answer.status === 404) {
    done('Telegram refuses the token.');
    throw new Error('Telegram refuses this token: copy the present one from @BotFather');
  }
  if (answer.status !== 200) {
    done('Telegram has a trouble of its own.');
    throw new Error(`Telegram answers ${answer.status}: ${answer.description}; try again in a minute`);
  }
  done('Telegram knows the token.');
  return String((answer.result as { username?: unknown } | null)?.username ?? '?');
}

async function choosePeople(
  options: InitOptions,
  known: string,
  token: string,
  me: string,
  deps: InitDeps,
): Promise<string> {
  if (options.allow !== undefined) {
    try {
      return SETTINGS.ALLOWED_USERS.read(options.allow).join(',');
    } catch (error) {
      throw new Error(`--allow: ${reasonOf(error)}`, { cause: error });
    }
  }
  if (known !== '') return known;
  const { asker } = deps;
  if (!asker.person) throw new NobodyToAsk('Who may use the bot: say it by --allow ID');
  const release = deps.lock(token);
  if (typeof release === 'string')
    throw new Error(`your message cannot be waited for: ${release} Or say who you are by --allow ID`);
  try {
    const webhook = await deps.call(token, 'getWebhookInfo', {}, ANSWER_MS);
    if (String((webhook.result as { url?: unknown } | null)?.url ?? '') !== '') {
      const remove = await asker.yes(
        'The bot has a webhook: messages go there and cannot be polled. Remove it?',
        'ccbot doctor --fix',
      );
      if (!remove) throw new Error('with the webhook nothing can be polled');
      await deps.call(token, 'deleteWebhook', { drop_pending_updates: false }, ANSWER_MS);
    }
    let done = asker.waiting(`Now write anything to @${me} on your phone`);
    const writer = await Promise.race([
      firstMessage({
        call: (method, body, timeoutMs) => deps.call(token, method, body, timeoutMs),
        pause: (ms) => deps.pause(ms),
        isIt: async ({ id, name, text }) => {
          done(`${name} (id ${id}) wrote${text === '' ? '' : ` “${text}”`}.`);
          const yes = await asker.yes(`May ${name} (id ${id}) use your agents?`, '--allow');
          if (!yes) done = asker.waiting(`Then write to @${me} from the right account`);
          return yes;
        },
      }),
      asker.gaveUp,
    ]);
    return String(writer.id);
  } finally {
    release();
  }
}

async function tellPrograms({ run, asker, load }: InitDeps): Promise<void> {
  const tmux = await run('tmux', ['-V']);
  const lines = [
    tmux.code === 127
      ? 'tmux: not installed; sessions end with the worker (`apt-get install tmux`, `brew install tmux`)'
      : `tmux: ${tmux.stdout.trim()}`,
  ];
  const loaded = load();
  const commands = AGENT_COMMANDS.map((key) =>
    loaded.ok ? loaded.config[key] : splitWords(SETTINGS[key].default ?? ''),
  );
  for (const [program] of commands) {
    if (program === undefined) continue; // an agent that is not set up
    const { code, stdout } = await run('/bin/sh', ['-c', 'command -v -- "$1"', 'sh', program]);
    lines.push(code === 0 ? `${program}: ${stdout.trim()}` : `${program}: not found`);
  }
  asker.say(lines.join('\n'));
}

async function wantsHooks(options: InitOptions, { hooks, asker }: InitDeps): Promise<boolean> {
  if (options.hooks !== undefined) return options.hooks;
  if ((await hooks('--status')).code === 0) return false; // there already
  return asker.yes(
    'Install the hooks and the status line, by which agents tell ccbot of their sessions, questions and limits? Other settings of theirs stay.',
    '--hooks or --no-hooks',
  );
}

async function wantsService(options: InitOptions, { service, asker }: InitDeps): Promise<boolean> {
  if (options.service !== undefined) return options.service;
  if (service.kind === null || service.installed()) return false;
  return asker.yes(`Have ${service.kind} start ccbot, also after a reboot?`, '--service or --no-service');
}

async function wantsLinger(
  options: InitOptions,
  withService: boolean,
  { service, asker, run, uid }: InitDeps,
): Promise<boolean> {
  if (service.kind !== 'systemd') return false;
  if (options.linger !== undefined) return options.linger;
  if (!withService || (await lingers(run, uid)) !== false) return false;
  return asker.yes('Have it run also while you are not logged in here?', '--linger or --no-linger');
}

async function installHooks({ hooks, asker }: InitDeps): Promise<void> {
  const { code, stdout, stderr } = await hooks('--install');
  if (code !== 0) throw new Error(`the hooks could not be installed: ${stderr.trim()}`);
  asker.say(stdout.trim());
}

/** Sending is not exclusive: the worker may be polling already. */
async function hello(
  token: string,
  allowed: string,
  { call, host, asker, isRunning }: InitDeps,
): Promise<void> {
  const running = await isRunning();
  const text = running
    ? `Hello! This is ccbot on ${host}. Write /new ~/some/project to start an agent, /help for more.`
    : `Hello! ccbot on ${host} is set up. Start it there with: ccbot supervise`;
  for (const chat of allowed.split(',')) {
    try {
      const { status, description } = await call(
        token,
        'sendMessage',
        { chat_id: Number(chat), text },
        ANSWER_MS,
      );
      if (status === 200) asker.say(`Said hello to ${chat}.`);
      else
        asker.say(
          `${chat} could not be greeted (${description}): write to the bot once, it may not write first.`,
        );
    } catch (error) {
      asker.say(`${chat} could not be greeted: ${redact(reasonOf(error), [token])}`);
    }
  }
}
