import { splitWords } from './split-words';

/** One setting: its meaning, its default as written in `.env`, and how its text is read. */
export interface Setting<T> {
  /** One line for `docs/settings.md`. */
  doc: string;
  /** The text that stands when nothing is set; undefined: the setting has no default. */
  default?: string;
  /** True when the value must never be shown. */
  secret?: boolean;
  /** Reads the text; throws an Error that says what is wrong without repeating a secret. */
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

const command = (doc: string, fallback: string): Setting<string[]> => ({
  doc,
  default: fallback,
  read: splitWords,
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
      throw new Error('it must be a URL'); // the parser's own words would repeat a password in the URL
    }
    if (!protocols.includes(parsed.protocol)) {
      throw new Error(`it must begin with ${protocols.map((p) => `${p}//`).join(' or ')}`);
    }
    return value;
  },
});

/** Every setting, in the order of `docs/settings.md`. */
export const SETTINGS = {
  TELEGRAM_BOT_TOKEN: {
    doc: 'The bot’s token from @BotFather. Required.',
    secret: true,
    read(t) {
      const value = t.trim();
      if (!/^\d{6,}:[A-Za-z0-9_-]{30,}$/.test(value)) {
        throw new Error(
          'it must look like 123456789:AAF…, digits, a colon and at least 30 letters, as @BotFather gave it',
        );
      }
      return value;
    },
  } satisfies Setting<string>,
  ALLOWED_USERS: {
    doc: 'Who may use the bot: numeric Telegram ids, with commas between. Required.',
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
  CCBOT_DIR: text('Where ccbot keeps its state.', '~/.ccbot'),
  TMUX_SESSION_NAME: {
    doc: 'The tmux session in which agents live.',
    default: 'ccbot',
    read(t) {
      const value = t.trim();
      if (!/^[A-Za-z0-9_-]{1,60}$/.test(value)) throw new Error('it must be letters, digits, - and _');
      return value;
    },
  } satisfies Setting<string>,
  CCBOT_TMUX_SOCKET: {
    doc: 'A tmux server of its own (`tmux -L` name); empty: the user’s own server.',
    default: '',
    read(t) {
      const value = t.trim();
      if (!/^[A-Za-z0-9_.-]{0,60}$/.test(value)) throw new Error('it must be a name, not a path');
      return value;
    },
  } satisfies Setting<string>,
  CCBOT_AGENT_BACKEND: text('The agent of new sessions.', 'claude'),
  CLAUDE_COMMAND: command('How Claude Code is started.', 'claude'),
  CLAUDE_FLAGS: command('Flags for Claude Code.', ''),
  CODEX_COMMAND: command('How Codex is started.', 'codex'),
  CODEX_FLAGS: command('Flags for Codex.', ''),
  CCBOT_HOST: text('This machine’s name, as agents and the chat see it; empty: its host name.'),
  TELEGRAM_API_ROOT: url('The Bot API server.', 'https://api.telegram.org', ['https:', 'http:']),
  TG_PROXY_URL: {
    ...url('A proxy for everything that goes to Telegram: `http://`, `https://` or `socks5://`.', '', [
      'http:',
      'https:',
      'socks5:',
      'socks5h:',
      'socks:',
    ]),
    secret: true,
  },
  LOG_LEVEL: choice('How much is logged.', 'info', ['error', 'warn', 'info', 'debug']),
  CCBOT_LOG_FORMAT: choice('What a terminal is shown of the log; files are always JSON.', 'auto', [
    'auto',
    'text',
    'json',
  ]),
  ARCHIVE_AFTER: number(
    'How long nothing may happen in a session before it goes to the archive; 0: it never does.',
    '24',
    'hours',
    0,
    8760,
  ),
  ARCHIVE_PURGE_AFTER: number('How long archived sessions stay in the list.', '14', 'days', 0, 3650),
  CARD_EDIT_LAG: number(
    'The least time between two edits of a live card, but for those that only tell the time or what other sessions do.',
    '1',
    'seconds',
    0,
    60,
  ),
  BG_STATUS_MAX: number('How many background sessions the panel shows.', '8', 'sessions', 0, 50),
  CCBOT_RICH_MESSAGES: choice(
    'Whether answers with a table come as rich messages where the server knows these. Telegram Web shows none of them: `off` if you use it.',
    'auto',
    ['auto', 'off'],
  ),
  CCBOT_CANARY: choice(
    'Whether a new version of an agent is tried out in the background when ccbot starts, as `ccbot canary` does.',
    'auto',
    ['auto', 'off'],
  ),
  CCBOT_NAME_COMMAND: command(
    'A command that names new sessions: it reads the first request on its standard input and prints a name, such as `claude -p --model haiku`. Empty: the first words are the name.',
    '',
  ),
  CCBOT_SEND_ROOTS: {
    doc: 'Directories, with colons between, from which `ccbot send-file` may send beside a session’s own and that of temporary files.',
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
  WHISPER_BIN: text(
    'The `whisper-cli` of whisper.cpp, for voice messages; empty: they go to the agent as files.',
  ),
  WHISPER_MODEL_PATH: text('The model file of whisper.cpp.'),
  WHISPER_LANGUAGE: text(
    'What is spoken, such as `en`, or `auto`, which takes twice the time; empty: the language of the person’s phone.',
  ),
  CCBOT_MESSAGES_PER_MINUTE: number(
    'How many messages of one person are taken within a minute; what is more is refused with a word; 0: any number.',
    '2400',
    'messages',
    0,
    100_000,
  ),
  CCBOT_AGE_NOTE_AFTER: number(
    'A message older than this when the agent gets it says so to the agent; 0: never.',
    '10',
    'minutes',
    0,
    10_080,
  ),
  CCBOT_ASK_REMIND: number(
    'After this time an unanswered request is shown once more, and to every allowed user; 0: never.',
    '5',
    'minutes',
    0,
    1440,
  ),
  CCBOT_QUIET_HOURS: {
    doc: 'Hours in which requests make no sound and wait, local time, such as `22:30-07:00`; empty: none.',
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
  CCBOT_NET_PROBE_URL: url(
    'What is asked to see whether the network is there; empty: the Bot API server.',
    '',
    ['https:', 'http:'],
  ),
  CCBOT_NET_RETRY_SEC: number('Time between two such probes.', '5', 'seconds', 0.1, 3600),
  CCBOT_RESTART_BACKOFF: number(
    'The first wait between two restarts of a crashing worker.',
    '1',
    'seconds',
    0.01,
    3600,
  ),
  CCBOT_BACKOFF_MAX: number('The longest such wait.', '300', 'seconds', 0.01, 86_400),
  CCBOT_HEALTHY_RUN_SEC: number('A run longer than this resets the wait.', '120', 'seconds', 0.01, 86_400),
  CCBOT_HELD_GIVEUP: number(
    'How long `--standby` waits for the lock; 0: for ever.',
    '600',
    'seconds',
    0,
    31_536_000,
  ),
  CCBOT_WORKER_MAX_RSS_MB: number(
    'The worker is replaced, between turns, when it grows beyond this; 0: never.',
    '1024',
    'MB',
    0,
    1_048_576,
  ),
  CCBOT_SUPERVISOR_NOTICES: choice('Whether the supervisor itself tells the chat of a crash loop.', 'on', [
    'on',
    'off',
  ]),
  CCBOT_METRICS_PORT: {
    doc: 'A port of 127.0.0.1 at which `/metrics` can be read, beside `ccbot metrics`; empty: none. Any program of this machine can read it then.',
    default: '',
    read(t) {
      const value = t.trim() === '' ? 0 : Number(t.trim());
      if (!Number.isInteger(value) || value < 0 || value > 65_535)
        throw new Error('it must be the number of a port, 1 to 65535');
      return value;
    },
  } satisfies Setting<number>,
} as const satisfies Record<string, Setting<unknown>>;

/** The name of a setting. */
export type SettingKey = keyof typeof SETTINGS;

/** Every setting with its value. */
export type Config = { readonly [K in SettingKey]: ReturnType<(typeof SETTINGS)[K]['read']> };

/** The setting that tells how an agent is started. */
export type AgentCommand = Extract<SettingKey, `${string}_COMMAND`>;

/** Every such setting: one an agent. */
export const AGENT_COMMANDS = (Object.keys(SETTINGS) as SettingKey[]).filter((key): key is AgentCommand =>
  key.endsWith('_COMMAND'),
);
