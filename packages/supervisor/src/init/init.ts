import { readFileSync } from 'node:fs';
import type { Loaded } from '@ccbot/shared/config/load';
import { AGENT_COMMANDS, SETTINGS } from '@ccbot/shared/config/schema';
import { splitWords } from '@ccbot/shared/config/split-words';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { oneLine } from '@ccbot/shared/one-line';
import { redact } from '@ccbot/shared/log/redact';
import type { Trouble } from '@ccbot/shared/net/classify';
import { parseJson } from '@ccbot/shared/protocol/json';
import { approveSettings } from '@ccbot/shared/trust/approved';
import { isRecentTmux, TMUX_OLDEST, USUAL_TMUX, versionIn } from '@ccbot/shared/tmux/version';
import * as z from 'zod/mini';
import type { Ran, RunProgram } from '../host';
import type { ApiAnswer } from '../net/bot-api';
import { troubleOf } from '../net/probe';
import { enableLinger, lingers } from '../service/linger';
import { Interrupted, NoTerminal, type Prompter } from './prompter';
import { writeValues, type NewValues } from './env-file';
import type { Keyring } from './keyring';
import { firstMessage } from './first-message';

/** Answers from the command line. The user is asked for the rest. */
export interface InitOptions {
  /** A file with the token, or `-` for standard input. */
  tokenFile?: string;
  /** Numeric ids, separated by commas. */
  allow?: string;
  /** Whether the token goes into the desktop keyring instead of the settings file. */
  keyring?: boolean;
  hooks?: boolean;
  /** Whether the agents' settings get rules against ccbot's directory and tmux. They go with the hooks. */
  denyRules?: boolean;
  service?: boolean;
  /** Whether systemd runs the service even while nobody is logged in. */
  linger?: boolean;
  /** The NATS servers of a cluster to join; false: none. */
  cluster?: string | false;
  /** The file with the credentials for it. */
  clusterCreds?: string;
  start?: boolean;
}

export interface InitDeps {
  /** Loads the current settings. */
  load(): Promise<Loaded>;
  prompter: Prompter;
  bot: BotAccess;
  machine: Machine;
  service: ServiceSetup;
  instance: Instance;
}

/** The Bot API for a token that need not be in the settings yet. */
export interface BotAccess {
  /** Throws `NoAnswer`, whose text may contain the token. */
  call(token: string, method: string, body: unknown, timeoutMs: number): Promise<ApiAnswer>;
  /** Takes the locks for polling. Returns a function that releases them, or a text that names their holder. */
  lock(token: string): (() => void) | string;
  /** What happened and what to do, without secrets. */
  explain(trouble: Trouble): string;
}

export interface Machine {
  /** The name that the user sees in the chat. */
  name: string;
  uid: number;
  /** How the user starts ccbot by hand. */
  startCommand: string;
  run: RunProgram;
  readStdin(): string;
  keyring: Keyring;
  pause(ms: number): Promise<void>;
}

/** The service that starts ccbot. */
export interface ServiceSetup {
  /** Null if this system has no known service manager. */
  kind: string | null;
  /** Compares the installed service with what would be installed from this shell. */
  compare(): Promise<ServiceComparison>;
  /** Resolves to an exit code. */
  install(): Promise<number>;
}

/** `different` has the names of variables, a line for each kind of difference. */
export type ServiceComparison = { is: 'absent' | 'current' } | { is: 'different'; lines: readonly string[] };

/** The ccbot of this `CCBOT_DIR`. */
export interface Instance {
  /** Runs `ccbot hook` with these options. */
  hooks(...options: readonly string[]): Promise<Ran>;
  /** Starts ccbot in the background, or replaces its worker. Resolves to a text that says what it did. */
  start(): Promise<string>;
  isRunning(): Promise<boolean>;
  /** Whether it is in a cluster of machines. */
  isClustered(): boolean;
  /**
   * Checks a cluster as `ccbot cluster join` does, for a bot whose token need not be in the settings yet, and returns the
   * settings that join it. Throws what is meant for the user.
   */
  checkCluster(
    options: { url: string; creds?: string },
    bot: { token: string; allowed: string },
  ): Promise<NewValues>;
}

/** The time limit for a response of Telegram, ms. */
const ANSWER_MS = 15_000;

/**
 * Sets up ccbot: token, allowed user, hooks, service, start, hello. Asks every question before it writes anything, and
 * leaves existing values alone unless an option changes them. Throws the prompter's errors, and errors whose message is
 * meant for the user.
 */
export async function init(options: InitOptions, deps: InitDeps): Promise<void> {
  const { prompter } = deps;
  const loaded = await deps.load();
  const known = existingValues(loaded);
  const token = await chooseToken(options, known.token, deps);
  const me = await checkToken(token, deps);
  prompter.say(`Your bot: @${me} — https://t.me/${me}`);
  const allowed = await chooseUsers(options, known.allowed, token, me, deps);
  await listPrograms(deps);

  const wantKeyring = await wantsKeyring(options, token !== known.token, deps);
  const hooks = await chooseHooks(options, deps);
  const wantService = await wantsService(options, deps);
  const wantLinger = await wantsLinger(options, wantService, deps);
  const cluster = await chooseCluster(options, { token, allowed }, deps);
  const wantStart = wantService
    ? false
    : (options.start ?? (await prompter.yes('Start ccbot now?', '--start or --no-start')));

  prompter.close();
  const values: NewValues = {
    ...(wantKeyring ? await storeInKeyring(token, deps) : {}),
    ...(token === known.token || wantKeyring ? {} : { TELEGRAM_BOT_TOKEN: token }),
    ...(allowed === known.allowed ? {} : { ALLOWED_USERS: allowed }),
    ...cluster,
  };
  if (Object.keys(values).length > 0) {
    const { env, approved } = loaded.paths;
    const isPrivate = writeValues(env, values, (text) => approveSettings(approved, text));
    prompter.say(
      isPrivate
        ? `Saved ${env} (only you can read it).`
        : `Saved ${env}, but its file system keeps no modes: other users of this machine can read it, and ccbot refuses it while the token is in it. Use a file on another file system.`,
    );
  } else prompter.say(`${loaded.paths.env} is unchanged.`);
  if (hooks !== null) await installHooks(hooks, deps);
  if (wantService && (await deps.service.install()) !== 0) {
    throw new Error(
      `could not install the service. The settings are saved, so you can run \`${deps.machine.startCommand}\` by hand`,
    );
  }
  if (wantLinger) prompter.say(await enableLinger(deps.machine.run));
  if (wantStart) prompter.say(await deps.instance.start());
  await hello(token, allowed, deps);
}

/** Empty strings for values that are not set. */
function existingValues(loaded: Loaded): { token: string; allowed: string } {
  if (!loaded.ok) return { token: '', allowed: '' };
  return { token: loaded.config.TELEGRAM_BOT_TOKEN, allowed: loaded.config.ALLOWED_USERS.join(',') };
}

async function chooseToken(options: InitOptions, known: string, deps: InitDeps): Promise<string> {
  const validate = (text: string): string | undefined => {
    try {
      SETTINGS.TELEGRAM_BOT_TOKEN.read(text);
      return undefined;
    } catch (error) {
      return `That is not a token: ${reasonOf(error)}`;
    }
  };
  if (options.tokenFile !== undefined) {
    const text = (
      options.tokenFile === '-' ? deps.machine.readStdin() : readFileSync(options.tokenFile, 'utf8')
    ).trim();
    const reason = validate(text);
    if (reason !== undefined) throw new Error(`--token-file: ${reason}`);
    return text;
  }
  if (known !== '') return known;
  deps.prompter.say('In Telegram, send /newbot to @BotFather and copy the token it gives you.');
  return (await deps.prompter.secret('The bot’s token (it stays hidden)', '--token-file', validate)).trim();
}

/** The keyring is offered for a new token, and only to a user who is there: a service cannot unlock it. */
async function wantsKeyring(
  { keyring: wanted }: InitOptions,
  isNew: boolean,
  { machine, prompter }: InitDeps,
): Promise<boolean> {
  if (wanted === false || (wanted === undefined && (!isNew || !prompter.isInteractive))) return false;
  if (!(await machine.keyring.works())) {
    if (wanted === undefined) return false;
    throw new Error(
      '--keyring: `secret-tool` does not work here. Is it installed, and is a keyring running?',
    );
  }
  return (
    wanted ??
    prompter.yes(
      'Keep the token in the desktop keyring instead of a file? ccbot then starts only while the keyring is unlocked.',
      '--keyring or --no-keyring',
    )
  );
}

/** Returns the settings that lead to the token: the command of the keyring, or the token if the keyring failed. */
async function storeInKeyring(token: string, { machine, prompter }: InitDeps): Promise<NewValues> {
  const { keyring } = machine;
  if (await keyring.store(token)) {
    prompter.say(`The token is in the keyring (\`${keyring.command}\`).`);
    return { TELEGRAM_BOT_TOKEN_COMMAND: keyring.command, TELEGRAM_BOT_TOKEN: null };
  }
  prompter.say('The keyring did not take the token, so it goes into the settings file.');
  return { TELEGRAM_BOT_TOKEN: token };
}

/** Returns the bot's user name. */
async function checkToken(token: string, { bot, prompter }: InitDeps): Promise<string> {
  const done = prompter.waiting('Asking Telegram');
  let answer: ApiAnswer;
  try {
    answer = await Promise.race([bot.call(token, 'getMe', {}, ANSWER_MS), prompter.interrupted]);
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    done('Cannot reach Telegram.');
    throw new Error(bot.explain(troubleOf(error)), { cause: error });
  }
  if (answer.trouble?.code === 'TOKEN_REFUSED') {
    done('Telegram rejected the token.');
    throw new Error('Telegram rejected this token. Copy the current one from @BotFather');
  }
  if (answer.trouble !== null) {
    done('Telegram does not answer.');
    throw new Error(bot.explain(answer.trouble));
  }
  if (answer.status !== 200) {
    done('Telegram has a problem.');
    throw new Error(`Telegram answered ${answer.status}: ${answer.description}. Try again in a minute`);
  }
  done('Telegram accepted the token.');
  return String((answer.result as { username?: unknown } | null)?.username ?? '?');
}

async function chooseUsers(
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
  const { prompter } = deps;
  if (!prompter.isInteractive) throw new NoTerminal('use --allow ID to say who may use the bot');
  const release = deps.bot.lock(token);
  if (typeof release === 'string')
    throw new Error(`cannot wait for your message: ${release} Or use --allow ID`);
  try {
    const webhook = await deps.bot.call(token, 'getWebhookInfo', {}, ANSWER_MS);
    if (String((webhook.result as { url?: unknown } | null)?.url ?? '') !== '') {
      const remove = await prompter.yes(
        'The bot has a webhook, so ccbot cannot poll its messages. Remove it?',
        'ccbot doctor --fix',
      );
      if (!remove) throw new Error('ccbot cannot poll while the bot has a webhook');
      await deps.bot.call(token, 'deleteWebhook', { drop_pending_updates: false }, ANSWER_MS);
    }
    let done = prompter.waiting(`Now write anything to @${me} on your phone`);
    const waitAgain = (what: string): void => void (done = prompter.waiting(what));
    let reported: string | undefined;
    const writer = await Promise.race([
      firstMessage({
        call: (method, body, timeoutMs) => deps.bot.call(token, method, body, timeoutMs),
        pause: (ms) => deps.machine.pause(ms),
        report(trouble) {
          if (trouble.code === reported) return;
          reported = trouble.code;
          done(deps.bot.explain(trouble));
          waitAgain(`Still waiting for your message to @${me}`);
        },
        confirm: async ({ id, name, text }) => {
          done(`${name} (id ${id}) wrote${text === '' ? '' : ` “${text}”`}.`);
          const yes = await prompter.yes(`May ${name} (id ${id}) use your agents?`, '--allow');
          if (!yes) waitAgain(`Then write to @${me} from the right account`);
          return yes;
        },
      }),
      prompter.interrupted,
    ]);
    return String(writer.id);
  } finally {
    release();
  }
}

async function listPrograms({ machine, prompter, load }: InitDeps): Promise<void> {
  const { run } = machine;
  const loaded = await load();
  const lines = [await tmuxLine(loaded.ok ? loaded.config.CCBOT_TMUX : USUAL_TMUX, run)];
  const commands = AGENT_COMMANDS.map((key) =>
    loaded.ok ? loaded.config[key] : splitWords(SETTINGS[key].default ?? ''),
  );
  for (const [program] of commands) {
    if (program === undefined) continue; // an agent that is not set up
    const { code, stdout } = await run('/bin/sh', ['-c', 'command -v -- "$1"', 'sh', program]);
    lines.push(code === 0 ? `${program}: ${stdout.trim()}` : `${program}: not found`);
  }
  prompter.say(lines.join('\n'));
}

async function tmuxLine(program: string, run: RunProgram): Promise<string> {
  const { code, stdout, stderr } = await run(program, ['-V']);
  if (code === 127)
    return `${program}: not installed, so sessions end with the worker (\`apt-get install tmux\`, \`brew install tmux\`)`;
  if (code !== 0) return `${program}: does not start: ${oneLine(stderr, 200)}`;
  const version = versionIn(stdout);
  return isRecentTmux(version)
    ? `${program}: tmux ${version}`
    : `${program}: tmux ${version} is too old, ccbot needs ${TMUX_OLDEST} or later`;
}

/** A line of `ccbot hook --status --json`. */
const hookStatus = z.object({ denyRules: z.enum(['installed', 'missing', 'unsupported']) });

/** The options of `ccbot hook` that do what the user wants. Null: nothing. */
async function chooseHooks(
  options: InitOptions,
  { instance, prompter }: InitDeps,
): Promise<readonly string[] | null> {
  const { code, stdout } = await instance.hooks('--status', '--json');
  const hooks =
    options.hooks ??
    (code !== 0 &&
      (await prompter.yes(
        'Install the hooks and the status line, so that agents report sessions, requests and limits to ccbot? Their other settings stay.',
        '--hooks or --no-hooks',
      )));
  const missing = stdout.split('\n').some((line) => parseJson(hookStatus, line)?.denyRules === 'missing');
  // They come with the hooks: without these, the user does not want ccbot in the agents' settings.
  const denyRules =
    (hooks || code === 0) &&
    (options.denyRules ??
      (missing &&
        (await prompter.yes(
          'Add rules to the agents’ settings that deny their tools ccbot’s directory and tmux, so that an agent does not allow itself what it asks you? `ccbot hook --uninstall` removes them.',
          '--deny-rules or --no-deny-rules',
        ))));
  if (denyRules) return ['--install', '--deny-rules'];
  return hooks ? ['--install'] : null;
}

async function wantsService(options: InitOptions, { service, prompter }: InitDeps): Promise<boolean> {
  if (options.service !== undefined) return options.service;
  if (service.kind === null) return false;
  const found = await service.compare();
  if (found.is === 'current') return false;
  if (found.is === 'different')
    prompter.say(`The service was installed from another environment.\n${found.lines.join('\n')}`);
  const question =
    found.is === 'different'
      ? 'Install it again from this shell?'
      : `Have ${service.kind} start ccbot, also after a reboot?`;
  return prompter.yes(question, '--service or --no-service');
}

async function wantsLinger(
  options: InitOptions,
  withService: boolean,
  { service, prompter, machine }: InitDeps,
): Promise<boolean> {
  if (service.kind !== 'systemd') return false;
  if (options.linger !== undefined) return options.linger;
  if (!withService || (await lingers(machine.run, machine.uid)) !== false) return false;
  return prompter.yes('Should it also run while you are not logged in here?', '--linger or --no-linger');
}

/** The settings that join a cluster; none for a machine that works alone, or is in one. */
async function chooseCluster(
  { cluster, clusterCreds }: InitOptions,
  bot: { token: string; allowed: string },
  { instance, prompter }: InitDeps,
): Promise<NewValues> {
  if (cluster === false) return {};
  const withCreds = (creds = ''): { creds?: string } => (creds === '' ? {} : { creds });
  if (cluster !== undefined) return instance.checkCluster({ url: cluster, ...withCreds(clusterCreds) }, bot);
  if (!prompter.isInteractive || instance.isClustered()) return {};
  const wanted = await prompter.yes(
    'Share this bot with other machines, through a NATS server? `ccbot help cluster` explains it.',
    '--cluster URL or --no-cluster',
    'no',
  );
  if (!wanted) return {};
  const url = await prompter.text('Its address, such as tls://nats.example.org:4222', '--cluster');
  const creds = await prompter.text('The file with your credentials for it (empty: none)', '--cluster-creds');
  return instance.checkCluster({ url, ...withCreds(creds) }, bot);
}

async function installHooks(options: readonly string[], { instance, prompter }: InitDeps): Promise<void> {
  const { code, stdout, stderr } = await instance.hooks(...options);
  if (code !== 0) throw new Error(`could not install the hooks: ${stderr.trim()}`);
  prompter.say(stdout.trim());
}

/** The worker may already be polling; sending needs no lock. */
async function hello(
  token: string,
  allowed: string,
  { bot, machine, prompter, instance }: InitDeps,
): Promise<void> {
  const host = machine.name;
  const running = await instance.isRunning();
  const text = running
    ? `Hello! This is ccbot on ${host}. Write /new ~/some/project to start an agent, /help for more.`
    : `Hello! ccbot on ${host} is set up. Start it there with: ${machine.startCommand}`;
  for (const chat of allowed.split(',')) {
    try {
      const { status, description } = await bot.call(
        token,
        'sendMessage',
        { chat_id: Number(chat), text },
        ANSWER_MS,
      );
      if (status === 200) prompter.say(`Said hello to ${chat}.`);
      else
        prompter.say(
          `Could not say hello to ${chat} (${description}). Send the bot a message; it may not write first.`,
        );
    } catch (error) {
      prompter.say(`Could not say hello to ${chat}: ${redact(reasonOf(error), [token])}`);
    }
  }
}
