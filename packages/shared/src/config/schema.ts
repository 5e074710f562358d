import { isAbsolute } from 'node:path';
import { oneLine } from '../one-line';
import { USUAL_TMUX } from '../tmux/version';
import { splitWords } from './split-words';

export interface Setting<T> {
  /** One line for `docs/settings.md`. */
  doc: string;
  /** The default, as it would be written in `.env`. Undefined: the setting has no default. */
  default?: string;
  /** Another name, by which other programs know it too. */
  alias?: string;
  /** The value must never be shown. */
  secret?: boolean;
  /** Parses the text. Throws an Error that says what is wrong without repeating a secret. */
  read(text: string): T;
}

const text = (doc: string, fallback = ''): Setting<string> => ({
  doc,
  default: fallback,
  read: (t) => t.trim(),
});

const choice = <const T extends string>(
  doc: string,
  fallback: NoInfer<T>,
  all: readonly T[],
): Setting<T> => ({
  doc: `${doc} One of ${all.map((a) => `\`${a}\``).join(', ')}.`,
  default: fallback,
  read(t) {
    const value = t.trim().toLowerCase();
    const found = all.find((a) => a === value);
    if (found === undefined) throw new Error(`it must be one of ${all.join(', ')}`);
    return found;
  },
});

const number = (
  doc: string,
  fallback: string,
  unit: string,
  least: number,
  most: number,
): Setting<number> => ({
  doc: `${doc} In ${unit}, ${least} to ${most}.`,
  default: fallback,
  read(t) {
    const value = Number(t.trim());
    if (t.trim() === '' || !Number.isFinite(value)) throw new Error('it must be a number');
    if (value < least || value > most) throw new Error(`it must be between ${least} and ${most}`);
    return value;
  },
});

const flags = (doc: string): Setting<string[]> => ({
  doc,
  default: '',
  read: splitWords,
});

const command = (doc: string, fallback: string): Setting<string[]> => ({
  doc,
  default: fallback,
  read(t) {
    const words = splitWords(t);
    const [program = ''] = words;
    if (program.includes('/') && !isAbsolute(program))
      throw new Error(
        `“${oneLine(program, 80)}” must be an absolute path, or a name that is looked up in PATH`,
      );
    return words;
  },
});

/** A single program: a path, or a name that is looked up in PATH. Spaces are part of it. */
const program = (doc: string, fallback: string): Setting<string> => ({
  doc,
  default: fallback,
  read(t) {
    const value = t.trim();
    if (value === '') return fallback;
    if (value.includes('/') && !isAbsolute(value))
      throw new Error(
        `“${oneLine(value, 80)}” must be an absolute path, or a name that is looked up in PATH`,
      );
    return value;
  },
});

/** A file that is used from any working directory. */
const file = (doc: string, allowsName: boolean): Setting<string> => ({
  doc,
  default: '',
  read(t) {
    const value = t.trim();
    const isName = allowsName && !value.includes('/');
    if (value !== '' && !isName && !/^(?:\/|~\/)/.test(value))
      throw new Error(`“${oneLine(value, 80)}” must begin with / or ~/`);
    return value;
  },
});

const url = (doc: string, fallback: string, protocols: readonly string[]): Setting<string> => ({
  doc,
  default: fallback,
  read(t) {
    const value = t.trim().replace(/\/+$/, '');
    if (value === '') return '';
    let parsed: URL;
    try {
      parsed = new URL(value);
    } catch {
      throw new Error('it must be a URL'); // the parser's own message would repeat a password in the URL
    }
    if (!protocols.includes(parsed.protocol)) {
      throw new Error(`it must begin with ${protocols.map((p) => `${p}//`).join(' or ')}`);
    }
    return value;
  },
});

/** Addresses of NATS servers. Credentials in one would end up in logs and process lists. */
function readServers(t: string): string[] {
  const servers = t
    .split(',')
    .map((part) => part.trim().replace(/\/+$/, ''))
    .filter((part) => part !== '');
  for (const server of servers) {
    let parsed: URL;
    try {
      parsed = new URL(server);
    } catch {
      throw new Error('it must be a list of URLs, separated by commas');
    }
    if (!['nats:', 'tls:'].includes(parsed.protocol) || parsed.hostname === '')
      throw new Error('each server must begin with nats:// or tls:// and name a host');
    if (parsed.username !== '' || parsed.password !== '')
      throw new Error(
        'it must not contain a user or a password: put them into the file of CCBOT_CLUSTER_CREDS',
      );
    if (parsed.pathname.length > 1 || parsed.search !== '')
      throw new Error('each server must be nats://host:port or tls://host:port');
  }
  return servers;
}

/** Every setting, in the order of `docs/settings.md`. */
export const SETTINGS = {
  TELEGRAM_BOT_TOKEN: {
    doc: 'The bot’s token from @BotFather. Required, unless a systemd credential of this name or `TELEGRAM_BOT_TOKEN_COMMAND` provides it.',
    secret: true,
    read(t) {
      const value = t.trim();
      if (!/^\d{6,}:[A-Za-z0-9_-]{30,}$/.test(value)) {
        throw new Error(
          'it must look like 123456789:AAF… (digits, a colon, at least 30 characters), as @BotFather gave it',
        );
      }
      return value;
    },
  } satisfies Setting<string>,
  TELEGRAM_BOT_TOKEN_COMMAND: command(
    'A command that prints the bot’s token as its first line, such as `secret-tool lookup service ccbot`. It runs once at each start, without a shell, and has 10 seconds. Empty: none.',
    '',
  ),
  ALLOWED_USERS: {
    doc: 'Who may use the bot: numeric Telegram ids, separated by commas. Required.',
    read(t) {
      const ids = t
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== '');
      if (ids.length === 0) throw new Error('it is empty');
      return ids.map((id) => {
        if (!/^\d{1,15}$/.test(id) || Number(id) === 0)
          throw new Error(`“${id.slice(0, 40)}” is not a numeric id`);
        return Number(id);
      });
    },
  } satisfies Setting<number[]>,
  CCBOT_DIR: text(
    'The directory where ccbot stores its state: an absolute path, or one that begins with `~/`.',
    '~/.ccbot',
  ),
  CCBOT_ENV_FILE: text(
    'The settings file, as `--env-file` names it: an absolute path, or one that begins with `~/`. Only from the environment. Empty: `$CCBOT_DIR/.env`.',
  ),
  TMUX_SESSION_NAME: {
    doc: 'The tmux session that agents run in.',
    default: 'ccbot',
    read(t) {
      const value = t.trim();
      if (!/^[A-Za-z0-9_-]{1,60}$/.test(value)) throw new Error('it must be letters, digits, - and _');
      return value;
    },
  } satisfies Setting<string>,
  CCBOT_TMUX_SOCKET: {
    doc: 'The name of a separate tmux server (`tmux -L` name). Empty: your default server.',
    default: '',
    read(t) {
      const value = t.trim();
      if (!/^[A-Za-z0-9_.-]{0,60}$/.test(value)) throw new Error('it must be a name, not a path');
      return value;
    },
  } satisfies Setting<string>,
  CCBOT_TMUX: program(
    'The tmux program: an absolute path, or a name that is looked up in PATH. tmux 3.2 or later.',
    USUAL_TMUX,
  ),
  CCBOT_AGENT_BACKEND: text('The default agent for new sessions.', 'claude'),
  CLAUDE_COMMAND: command('The command that starts Claude Code.', 'claude'),
  CLAUDE_FLAGS: flags('Flags for Claude Code.'),
  CODEX_COMMAND: command('The command that starts Codex.', 'codex'),
  CODEX_FLAGS: flags('Flags for Codex.'),
  CCBOT_HOST: text('The name of this machine for agents and the chat. Empty: its host name.'),
  TELEGRAM_API_ROOT: url('The URL of the Bot API server.', 'https://api.telegram.org', ['https:', 'http:']),
  TELEGRAM_LOCAL_FILES: file(
    'The directory in which your own Bot API server (`--local`) keeps its files, as this machine sees it. Empty: found for a server on a loopback address.',
    false,
  ),
  TG_PROXY_URL: {
    ...url('A proxy for all traffic to Telegram: `http://`, `https://` or `socks5://`.', '', [
      'http:',
      'https:',
      'socks5:',
      'socks5h:',
      'socks:',
    ]),
    secret: true,
  },
  NO_PROXY: {
    ...text(
      'Hosts reached without `TG_PROXY_URL`, by commas: names (with their subdomains) and addresses, each also with `:port`, or `*`. For a Bot API server of your own. Also as `no_proxy`.',
    ),
    alias: 'no_proxy',
  },
  LOG_LEVEL: choice('The least important level to log.', 'info', ['error', 'warn', 'info', 'debug']),
  CCBOT_LOG_FORMAT: choice('The log format on the terminal. Log files are always JSON.', 'auto', [
    'auto',
    'text',
    'json',
  ]),
  ARCHIVE_AFTER: number(
    'How long a session may be idle before ccbot archives it. 0: never.',
    '24',
    'hours',
    0,
    8760,
  ),
  ARCHIVE_PURGE_AFTER: number('How long archived sessions stay listed.', '14', 'days', 0, 3650),
  CARD_EDIT_LAG: number(
    'The shortest time between two edits of a live card, not counting edits that only update the clock or other sessions.',
    '1',
    'seconds',
    0,
    60,
  ),
  CCBOT_CHAT_RATE: number(
    'How many messages per second ccbot sends to one chat after a burst of four. Telegram takes about one; more is for a sandbox.',
    '1',
    'messages',
    0.1,
    1_000,
  ),
  BG_STATUS_MAX: number('How many background sessions the footer shows.', '8', 'sessions', 0, 50),
  CCBOT_RICH_MESSAGES: choice(
    'Whether to send answers with tables as rich messages when the server supports them. Telegram Web cannot show these: set `off` if you use it.',
    'auto',
    ['auto', 'off'],
  ),
  CCBOT_CANARY: choice(
    'Whether ccbot tests a new version of an agent in the background at startup, as `ccbot canary` does.',
    'auto',
    ['auto', 'off'],
  ),
  CCBOT_NAME_COMMAND: command(
    'A command that names new sessions, such as `claude -p --model haiku`. It reads the first prompt on standard input and prints a name. Empty: the first words of the prompt become the name.',
    '',
  ),
  CCBOT_SEND_ROOTS: {
    doc: 'More directories that `ccbot send-file` may send from, separated by colons. The session’s own directory and the one for temporary files are always allowed.',
    default: '',
    read(t) {
      const roots = t
        .split(':')
        .map((root) => root.trim())
        .filter((root) => root !== '');
      const wrong = roots.find((root) => !/^[/~]/.test(root));
      if (wrong !== undefined) throw new Error(`“${wrong.slice(0, 80)}” must begin with / or ~`);
      return roots;
    },
  } satisfies Setting<string[]>,
  WHISPER_BIN: file(
    'The path of whisper.cpp’s `whisper-cli`, which transcribes voice messages. Empty: agents get voice messages as files.',
    true,
  ),
  WHISPER_MODEL_PATH: file('The path of the whisper.cpp model file.', false),
  WHISPER_LANGUAGE: text(
    'The language of voice messages, such as `en`, or `auto`, which takes twice as long. Empty: the language of the sender’s phone.',
  ),
  CCBOT_MESSAGES_PER_MINUTE: number(
    'How many messages per minute ccbot accepts from one user. It refuses the rest with a notice. 0: no limit.',
    '2400',
    'messages',
    0,
    100_000,
  ),
  CCBOT_AGE_NOTE_AFTER: number(
    'Messages older than this are marked with their age when the agent gets them. 0: never.',
    '10',
    'minutes',
    0,
    10_080,
  ),
  CCBOT_ASK_REMIND: number(
    'When to show an unanswered request again, this time to every allowed user. 0: never.',
    '5',
    'minutes',
    0,
    1440,
  ),
  CCBOT_QUIET_HOURS: {
    doc: 'Hours when requests wait and arrive without a sound, in local time, such as `22:30-07:00`. Empty: none.',
    default: '',
    read(t) {
      const value = t.trim();
      if (value === '') return null;
      const match = /^([01]?\d|2[0-3]):([0-5]\d)\s*-\s*([01]?\d|2[0-3]):([0-5]\d)$/.exec(value);
      if (match === null) throw new Error('it must be two times of day, such as 22:30-07:00');
      const [from = 0, fromMinute = 0, to = 0, toMinute = 0] = match.slice(1).map(Number);
      return { from: from * 60 + fromMinute, to: to * 60 + toMinute };
    },
  } satisfies Setting<{ from: number; to: number } | null>,
  CCBOT_CLUSTER_URL: {
    doc: 'The NATS servers through which several machines share this bot, by commas: `nats://host:port` or `tls://host:port`. Empty: this machine works alone. See [One bot, many machines](cluster.md).',
    default: '',
    read: readServers,
  } satisfies Setting<string[]>,
  CCBOT_CLUSTER_CREDS: file(
    'The file that proves to the cluster who this machine is: a `.creds` file, the seed of an nkey, or one line `user:password`. Only you may be able to read it (`chmod 600`).',
    false,
  ),
  CCBOT_CLUSTER_CA: file(
    'The file with the certificates of the authorities to trust, PEM. The connection is then encrypted for `nats://` as well. Empty: the authorities of the system, for `tls://`.',
    false,
  ),
  CCBOT_CLUSTER_REPLICAS: {
    doc: 'How many of the cluster’s servers keep each record: 1, 3 or 5.',
    default: '1',
    read(t) {
      const value = Number(t.trim());
      if (![1, 3, 5].includes(value)) throw new Error('it must be 1, 3 or 5');
      return value;
    },
  } satisfies Setting<number>,
  CCBOT_CLUSTER_INSECURE: choice(
    'Whether a cluster without authentication is accepted although other machines can reach it. Whoever reaches it can then read your messages and write to your agents.',
    '0',
    ['0', '1'],
  ),
  CCBOT_NET_PROBE_URL: url(
    'The URL that ccbot requests to check the network. Empty: the Bot API server.',
    '',
    ['https:', 'http:'],
  ),
  CCBOT_NET_RETRY_SEC: number('The time between two such checks.', '5', 'seconds', 0.1, 3600),
  CCBOT_RESTART_BACKOFF: number(
    'The first delay between two restarts of a crashing worker.',
    '1',
    'seconds',
    0.01,
    3600,
  ),
  CCBOT_BACKOFF_MAX: number('The longest such delay.', '300', 'seconds', 0.01, 86_400),
  CCBOT_HEALTHY_RUN_SEC: number('A run longer than this resets the delay.', '120', 'seconds', 0.01, 86_400),
  CCBOT_HELD_GIVEUP: number(
    'How long `--standby` waits for the lock. 0: forever.',
    '600',
    'seconds',
    0,
    31_536_000,
  ),
  CCBOT_WORKER_MAX_RSS_MB: number(
    'When the worker uses more memory than this, it is replaced between turns. 0: never.',
    '1024',
    'MB',
    0,
    1_048_576,
  ),
  CCBOT_SUPERVISOR_NOTICES: choice('Whether the supervisor reports crash loops in the chat.', 'on', [
    'on',
    'off',
  ]),
  CCBOT_METRICS_PORT: {
    doc: 'A port on 127.0.0.1 that serves `/metrics`, in addition to `ccbot metrics`. Any program on this machine can read it. Empty: none.',
    default: '',
    read(t) {
      const value = t.trim() === '' ? 0 : Number(t.trim());
      if (!Number.isInteger(value) || value < 0 || value > 65_535)
        throw new Error('it must be a port number, 1 to 65535');
      return value;
    },
  } satisfies Setting<number>,
} as const satisfies Record<string, Setting<unknown>>;

export type SettingKey = keyof typeof SETTINGS;

export type Config = { readonly [K in SettingKey]: ReturnType<(typeof SETTINGS)[K]['read']> };

/** Settings with a command that starts no agent. */
type OtherCommand = 'TELEGRAM_BOT_TOKEN_COMMAND';

/** A setting with the command that starts an agent. */
export type AgentCommand = Exclude<Extract<SettingKey, `${string}_COMMAND`>, OtherCommand>;

export const AGENT_COMMANDS = (Object.keys(SETTINGS) as SettingKey[]).filter(
  (key): key is AgentCommand => key.endsWith('_COMMAND') && key !== 'TELEGRAM_BOT_TOKEN_COMMAND',
);
