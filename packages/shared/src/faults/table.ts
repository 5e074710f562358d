import { EXIT, type ExitCode } from '../protocol/exit-codes';

/** One row of the fault table. `{name}` in the texts is replaced by the parameter of that name. */
export interface FaultRow {
  /** What happened, and where. */
  what: string;
  /** What the person can do about it. */
  todo: string;
  /** The exit code of a program that ends because of it. */
  exit: ExitCode;
}

/** Every fault that ccbot names; `docs/faults.md` is made from it. */
export const FAULTS = {
  TOKEN_MISSING: {
    what: 'No bot token: TELEGRAM_BOT_TOKEN is not set (looked in the environment, {places}).',
    todo: 'Get a token from @BotFather and put `TELEGRAM_BOT_TOKEN=…` into {file} (chmod 600).',
    exit: EXIT.config,
  },
  SETTING_INVALID: {
    what: 'The setting {key} is not valid: {why} (from {source}).',
    todo: 'Correct {key} in {source}.',
    exit: EXIT.config,
  },
  USERS_MISSING: {
    what: 'Nobody is allowed to use the bot: ALLOWED_USERS is not set (looked in the environment, {places}).',
    todo: 'Put `ALLOWED_USERS=<your numeric Telegram id>` into {file}; @userinfobot tells your id.',
    exit: EXIT.config,
  },
  ENV_UNREADABLE: {
    what: 'The settings file {path} cannot be read: {reason}.',
    todo: 'Make it readable for this user (`chmod 600 {path}` and `chown` where needed), or remove it.',
    exit: EXIT.config,
  },
  ENV_EXPOSED: {
    what: 'The settings file {path} holds the bot token and may be read by others (mode {mode}).',
    todo: 'Run `chmod 600 {path}`; if others had access to this machine, renew the token with @BotFather.',
    exit: EXIT.config,
  },
  DIR_UNWRITABLE: {
    what: 'The directory {path} cannot be used: {reason}.',
    todo: 'Make it writable for this user, or set CCBOT_DIR to another directory.',
    exit: EXIT.config,
  },
  LOCK_HELD: {
    what: 'Another ccbot holds the lock {path}: {holder}. {reason}',
    todo: 'Two pollers on one bot steal each other’s messages. See `ccbot status`; end the other one with `ccbot stop`.',
    exit: EXIT.lockHeld,
  },
  LOCK_FAILED: {
    what: 'The lock {path} cannot be taken: {reason}.',
    todo: 'Check that CCBOT_DIR is on a local file system that this user may write to.',
    exit: EXIT.config,
  },
  LOCK_LOST: {
    what: 'The lock file {path} was deleted or replaced, and another ccbot took the new one: {holder}.',
    todo: 'This instance stops. Never delete the lock file; the kernel frees it with its holder.',
    exit: EXIT.lockHeld,
  },
  TOKEN_REFUSED: {
    what: 'Telegram refused the bot token (401).',
    todo: 'The token was revoked or mistyped: get the present one from @BotFather and put it into {file}.',
    exit: EXIT.config,
  },
  POLL_CONFLICT: {
    what: 'Another poller is using this bot’s token (409): {text}',
    todo: 'Stop the other ccbot, on this machine or another, or give each its own bot.',
    exit: EXIT.temporary,
  },
  WEBHOOK_SET: {
    what: 'The bot has a webhook, so messages cannot be polled (409): {text}',
    todo: 'Remove the webhook (`ccbot doctor` offers it), or use another bot.',
    exit: EXIT.config,
  },
  NETWORK_DOWN: {
    what: 'Telegram cannot be reached at {url}: {reason}.',
    todo: 'Check the network, TG_PROXY_URL and TELEGRAM_API_ROOT; ccbot goes on by itself when it is back.',
    exit: EXIT.temporary,
  },
  STORE_FULL: {
    what: 'The disk under {path} is full: no new message is taken.',
    todo: 'Free some space; ccbot goes on by itself. What was sent meanwhile waits at Telegram for up to 24 hours.',
    exit: EXIT.temporary,
  },
  STORE_REBUILT: {
    what: 'The database {path} could not be opened ({reason}); it was set aside as {aside} and a new one was made.',
    todo: 'What can be read of the old one is taken over, sessions come back by their windows, and the chat is told what could not be read. The old file is kept.',
    exit: EXIT.ok,
  },
  STORE_FAILED: {
    what: 'The database {path} cannot be used: {reason}.',
    todo: 'Check the file system and the permissions under CCBOT_DIR.',
    exit: EXIT.temporary,
  },
  IMPORT_NOTHING: {
    what: 'There is nothing to import: no file {path}.',
    todo: 'Say with `--from` where the Python ccbot keeps its state (its CCBOT_DIR).',
    exit: EXIT.config,
  },
  IMPORT_UNREADABLE: {
    what: 'The file {path} of the Python ccbot cannot be read: {reason}. Nothing was imported.',
    todo: 'Repair or restore it, and import again.',
    exit: EXIT.config,
  },
  TMUX_TOO_OLD: {
    what: 'tmux {version} is too old.',
    todo: 'Install tmux 3.2 or later.',
    exit: EXIT.config,
  },
  TMUX_FAILED: {
    what: 'tmux cannot be used: {reason}.',
    todo: 'Try `tmux {arguments} new-session -d` by hand; it says what is wrong.',
    exit: EXIT.temporary,
  },
  TMUX_MISSING: {
    what: 'tmux is not installed; sessions live only as long as the worker.',
    todo: 'Install tmux (`apt-get install tmux`, `brew install tmux`) for sessions that survive restarts.',
    exit: EXIT.ok,
  },
  HOOKS_SETTINGS_BROKEN: {
    what: 'The agent’s settings file {path} does not parse ({reason}); it was left untouched.',
    todo: 'Correct the file, then run `ccbot hook --install` again.',
    exit: EXIT.config,
  },
  HOOKS_WRITE_FAILED: {
    what: 'The agent’s settings file {path} cannot be written: {reason}.',
    todo: 'Check its permissions, then run `ccbot hook --install` again.',
    exit: EXIT.config,
  },
  SOCKET_FAILED: {
    what: 'The socket {path} cannot be opened: {reason}.',
    todo: 'Check the permissions under CCBOT_DIR and that its path is not too long.',
    exit: EXIT.config,
  },
  METRICS_PORT: {
    what: 'The metrics cannot be read at 127.0.0.1:{port}: {reason}.',
    todo: 'End what listens there or choose another CCBOT_METRICS_PORT, then run `ccbot restart`. All else goes on, and `ccbot metrics` works without it.',
    exit: EXIT.ok,
  },
  UNEXPECTED: {
    what: 'Something went wrong that ccbot does not know: {reason}',
    todo: 'See `ccbot logs`; if it happens again, report it with these lines.',
    exit: EXIT.temporary,
  },
} as const satisfies Record<string, FaultRow>;

/** The code of a fault. */
export type FaultCode = keyof typeof FAULTS;

/** The parameters that a text names. */
type Names<T extends string> = T extends `${string}{${infer N}}${infer Rest}` ? N | Names<Rest> : never;

/** The parameters that a fault's texts need. */
export type FaultParams<C extends FaultCode> = Record<
  Names<(typeof FAULTS)[C]['what']> | Names<(typeof FAULTS)[C]['todo']>,
  string | number
>;
