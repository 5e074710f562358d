import { NATS_MIN } from '../cluster/server';
import { EXIT, type ExitCode } from '../protocol/exit-codes';

/** One row of the fault table. `{name}` in a text is replaced by the parameter of that name. */
export interface FaultRow {
  what: string;
  todo: string;
  /** The exit code of a program that ends because of this fault. */
  exit: ExitCode;
}

/** Every named fault. `docs/faults.md` is generated from this table. */
export const FAULTS = {
  TOKEN_MISSING: {
    what: 'TELEGRAM_BOT_TOKEN is not set, neither in the environment nor in {file}.',
    todo: 'Get a token from @BotFather and add `TELEGRAM_BOT_TOKEN=…` to {file} (chmod 600).',
    exit: EXIT.config,
  },
  TOKEN_COMMAND_FAILED: {
    what: 'TELEGRAM_BOT_TOKEN_COMMAND (from {source}) gave no bot token: {why}.',
    todo: 'Run the command by hand to see why. It must print the token as its first line within {seconds} seconds, without asking anything. Then start ccbot again.',
    exit: EXIT.config,
  },
  TOKEN_CREDENTIAL_BAD: {
    what: 'Cannot use the systemd credential {path}: {reason}.',
    todo: 'The credential TELEGRAM_BOT_TOKEN must hold the bot token and nothing else. Correct it, then restart the service.',
    exit: EXIT.config,
  },
  HOME_UNKNOWN: {
    what: 'HOME is not an absolute path, and this user has no home directory in the user database.',
    todo: 'Set HOME to the absolute path of a directory of this user, then start ccbot again.',
    exit: EXIT.config,
  },
  SETTING_INVALID: {
    what: 'The setting {key} is invalid: {why} (from {source}).',
    todo: 'Correct {key} in {source}.',
    exit: EXIT.config,
  },
  USERS_MISSING: {
    what: 'ALLOWED_USERS is not set, neither in the environment nor in {file}, so nobody may use the bot.',
    todo: 'Add `ALLOWED_USERS=<your numeric Telegram id>` to {file}. @userinfobot tells you your id.',
    exit: EXIT.config,
  },
  ENV_UNREADABLE: {
    what: 'Cannot read the settings file {path}: {reason}.',
    todo: 'Make it readable for this user (`chmod 600 {path}`, and `chown` if needed), or remove it.',
    exit: EXIT.config,
  },
  ENV_EXPOSED: {
    what: 'Other users can read the settings file {path}, which contains the bot token (mode {mode}).',
    todo: 'Run `chmod 600 {path}`. If that changes nothing, its file system keeps no modes: set CCBOT_DIR to a directory on another one, such as in your home (WSL: not under /mnt). If other people have access to this machine, get a new token from @BotFather.',
    exit: EXIT.config,
  },
  ENV_WRITABLE: {
    what: 'Other users can change the settings file {path} ({why}), and with it who may use ccbot.',
    todo: 'Check what is in it. Then run `chmod 600 {path}`, and `chown` if needed.',
    exit: EXIT.config,
  },
  ENV_FILE_MISSING: {
    what: 'The settings file {path} (--env-file or CCBOT_ENV_FILE) does not exist.',
    todo: 'Correct the path, or create the file: `ccbot init` with the same --env-file does that.',
    exit: EXIT.config,
  },
  DIR_UNWRITABLE: {
    what: 'Cannot use the directory {path}: {reason}.',
    todo: 'Make it writable for this user, or set CCBOT_DIR to another directory.',
    exit: EXIT.config,
  },
  DIR_UNSAFE: {
    what: 'Cannot use the directory {path}, because another user could read or replace what is in it: {reason}.',
    todo: 'Correct the owner (`chown`) or the mode (`chmod go-w`; `chmod 700` for a directory of ccbot) of the path that is named, or set CCBOT_DIR to a directory in your home, on a file system that keeps modes.',
    exit: EXIT.config,
  },
  ADDON_BROKEN: {
    what: 'Node.js {node} cannot load the native addon {addon}: {reason}.',
    todo: 'Run {command}. Then start ccbot again.',
    exit: EXIT.config,
  },
  LOCK_HELD: {
    what: 'Another ccbot holds the lock {path}: {holder}. {reason}',
    todo: 'Two pollers on one bot take each other’s messages. Run `ccbot status` to see the other ccbot and `ccbot stop` to stop it.',
    exit: EXIT.lockHeld,
  },
  LOCK_FAILED: {
    what: 'Cannot take the lock {path}: {reason}.',
    todo: 'Check that CCBOT_DIR is on a local file system and writable for this user.',
    exit: EXIT.config,
  },
  TOKEN_LOCK_FAILED: {
    what: 'Cannot lock the bot token, so nothing would keep a second ccbot of yours from polling: {reason}.',
    todo: 'Make {path} or {shared} possible: correct the owner or mode of a directory on its path. An administrator can remove one that another user has created.',
    exit: EXIT.config,
  },
  LOCK_LOST: {
    what: 'The lock file {path} was deleted or replaced, and another ccbot took the new one: {holder}.',
    todo: 'This ccbot stops. Never delete the lock file: the kernel releases the lock when its holder exits.',
    exit: EXIT.lockHeld,
  },
  TOKEN_REFUSED: {
    what: 'Telegram rejected the bot token (401).',
    todo: 'The token was revoked or mistyped. Get the current one from @BotFather and put it into {file}.',
    exit: EXIT.config,
  },
  POLL_CONFLICT: {
    what: 'Another poller is using this bot’s token (409): {text}',
    todo: 'Stop the other ccbot, on this machine or another, or give each ccbot its own bot.',
    exit: EXIT.temporary,
  },
  WEBHOOK_SET: {
    what: 'The bot has a webhook, so ccbot cannot poll its messages (409): {text}',
    todo: 'Remove the webhook with `ccbot doctor --fix`, or use another bot.',
    exit: EXIT.config,
  },
  NETWORK_DOWN: {
    what: 'Cannot reach Telegram at {url}: {reason}.',
    todo: 'Check the network, TG_PROXY_URL and TELEGRAM_API_ROOT. ccbot reconnects by itself.',
    exit: EXIT.temporary,
  },
  NET_DNS: {
    what: 'Cannot resolve the name of a server on the way to {url}: {reason}.',
    todo: 'Check the network and the name servers of this machine (`/etc/resolv.conf`). ccbot reconnects by itself.',
    exit: EXIT.temporary,
  },
  NET_REFUSED: {
    what: 'Nothing accepts connections at {url}: {reason}.',
    todo: 'Check TELEGRAM_API_ROOT and its port. If they are correct, start that server or allow the connection in the firewall. ccbot reconnects by itself.',
    exit: EXIT.temporary,
  },
  NET_TIMEOUT: {
    what: 'No answer in time from {url}: {reason}.',
    todo: 'Check the network. If your network blocks Telegram, set TG_PROXY_URL. ccbot reconnects by itself.',
    exit: EXIT.temporary,
  },
  NET_UNREACHABLE: {
    what: 'There is no route to {url}: {reason}.',
    todo: 'Connect this machine to the network, or start the VPN. ccbot reconnects by itself.',
    exit: EXIT.temporary,
  },
  NET_BROKEN: {
    what: 'The connection to {url} breaks: {reason}.',
    todo: 'If this lasts, a firewall or VPN on the way ends the connections: set TG_PROXY_URL to go around it. ccbot reconnects by itself.',
    exit: EXIT.temporary,
  },
  TLS_DATE: {
    what: 'The certificate of {url} is not valid at the time of this machine, {clock}: {reason}.',
    todo: 'Set the clock (`timedatectl set-ntp true`). If it is correct, the certificate of the server or of a proxy on the way has expired. ccbot reconnects by itself.',
    exit: EXIT.temporary,
  },
  TLS_AUTHORITY: {
    what: 'The certificate of {url} is signed by an authority that ccbot does not trust: {reason}.',
    todo: 'If your network or Bot API server has an authority of its own, set NODE_EXTRA_CA_CERTS to the file of its certificate in the environment that starts ccbot, then restart ccbot. Otherwise somebody on the way reads your traffic.',
    exit: EXIT.temporary,
  },
  TLS_NAME: {
    what: 'The certificate of {url} belongs to another server: {reason}.',
    todo: 'Check TELEGRAM_API_ROOT. If it is correct, something on the way answers for Telegram: use another network or set TG_PROXY_URL.',
    exit: EXIT.temporary,
  },
  TLS_FAILED: {
    what: 'Cannot encrypt the connection to {url}: {reason}.',
    todo: 'Check whether TELEGRAM_API_ROOT needs `http:` instead of `https:`, or another port. If it is correct, something on the way blocks TLS: set TG_PROXY_URL.',
    exit: EXIT.temporary,
  },
  PROXY_UNREACHABLE: {
    what: 'Cannot connect through the proxy {proxy}: {reason}.',
    todo: 'Start the proxy, or correct TG_PROXY_URL in {file}. ccbot reconnects by itself.',
    exit: EXIT.temporary,
  },
  PROXY_AUTH: {
    what: 'The proxy {proxy} wants a user name and a password, or rejects those it gets: {reason}.',
    todo: 'Put them into TG_PROXY_URL in {file}, as `http://user:password@host:port`.',
    exit: EXIT.temporary,
  },
  PROXY_DENIED: {
    what: 'The proxy {proxy} does not connect to {url}: {reason}.',
    todo: 'Allow that address in the proxy, or set TG_PROXY_URL in {file} to another proxy.',
    exit: EXIT.temporary,
  },
  API_PATH: {
    what: 'There is no Bot API at {url}: {reason}.',
    todo: 'Correct TELEGRAM_API_ROOT in {file}; without the setting it is https://api.telegram.org. If it is correct, the token is mistyped.',
    exit: EXIT.temporary,
  },
  API_FOREIGN: {
    what: 'What answers at {url} is not the Bot API: {reason}.',
    todo: 'If the network has a login page, open it in a browser and log in. Otherwise check TELEGRAM_API_ROOT and TG_PROXY_URL. ccbot reconnects by itself.',
    exit: EXIT.temporary,
  },
  API_RATE: {
    what: 'Telegram asks ccbot to wait: {reason}.',
    todo: 'You need not do anything. If it lasts, look for another program that uses the same token.',
    exit: EXIT.temporary,
  },
  API_DOWN: {
    what: 'The server at {url} cannot answer now: {reason}.',
    todo: 'Wait: this is a problem of the server, or of a proxy before it. ccbot reconnects by itself.',
    exit: EXIT.temporary,
  },
  POLL_HELD: {
    what: 'Telegram still holds an earlier poll of this ccbot that broke off: {reason}.',
    todo: 'You need not do anything. Telegram drops it within a minute, and ccbot tries every second.',
    exit: EXIT.temporary,
  },
  LOCAL_LIMIT: {
    what: 'This machine gives ccbot no further connection, file or process: {reason}.',
    todo: 'Raise the limit of open files or processes (`ulimit -n`, `ulimit -u`; `LimitNOFILE=`, `TasksMax=` of the service) or free memory, then restart ccbot.',
    exit: EXIT.temporary,
  },
  LOCAL_FORBIDDEN: {
    what: 'This machine does not let ccbot connect to {url}: {reason}.',
    todo: 'Allow it in the firewall or sandbox of this machine, such as `IPAddressDeny=` and `RestrictAddressFamilies=` of the service.',
    exit: EXIT.temporary,
  },
  LOCAL_PROGRAM: {
    what: 'Cannot start a program of ccbot: {reason}.',
    todo: 'If the program that is named was moved or removed, install ccbot or Node.js again; otherwise correct its permissions. Then restart ccbot.',
    exit: EXIT.temporary,
  },
  STORE_FULL: {
    what: 'The disk with {path} is full, so ccbot accepts no new messages.',
    todo: 'Free some space and ccbot continues by itself. Telegram keeps new messages for up to 24 hours.',
    exit: EXIT.temporary,
  },
  STORE_REBUILT: {
    what: 'Could not open the database {path} ({reason}). ccbot moved it to {aside} and created a new one.',
    todo: 'You need not do anything: ccbot recovers what it can read of the old database, finds sessions by their windows, and reports the rest in the chat. The old file is kept.',
    exit: EXIT.ok,
  },
  STORE_FAILED: {
    what: 'Cannot use the database {path}: {reason}.',
    todo: 'Check the file system and the permissions under CCBOT_DIR.',
    exit: EXIT.temporary,
  },
  IMPORT_NOTHING: {
    what: 'Nothing to import: {path} does not exist.',
    todo: 'Use `--from` to say where the Python ccbot keeps its state (its CCBOT_DIR).',
    exit: EXIT.config,
  },
  IMPORT_UNREADABLE: {
    what: 'Cannot read the Python ccbot’s file {path}: {reason}. Nothing was imported.',
    todo: 'Repair or restore the file, then import again.',
    exit: EXIT.config,
  },
  TMUX_TOO_OLD: {
    what: 'tmux {version} ({program}) is too old. ccbot needs tmux {needed} or later.',
    todo: 'Install a newer tmux, or set CCBOT_TMUX to the path of one.',
    exit: EXIT.config,
  },
  TMUX_NOT_FOUND: {
    what: 'CCBOT_TMUX is {program}, but there is no such program.',
    todo: 'Set CCBOT_TMUX to the path of tmux, or remove it to use the tmux in PATH.',
    exit: EXIT.config,
  },
  TMUX_FAILED: {
    what: 'tmux does not work: {reason}.',
    todo: 'Run `{program} {arguments} new-session -d` by hand to see the error.',
    exit: EXIT.temporary,
  },
  TMUX_MISSING: {
    what: 'tmux is not installed, so sessions end with the worker.',
    todo: 'Install tmux (`apt-get install tmux`, `brew install tmux`) to keep sessions across restarts.',
    exit: EXIT.ok,
  },
  HOOKS_SETTINGS_BROKEN: {
    what: 'Cannot parse the agent’s settings file {path} ({reason}). It was not changed.',
    todo: 'Correct the file, then run `ccbot hook --install` again.',
    exit: EXIT.config,
  },
  HOOKS_WRITE_FAILED: {
    what: 'Cannot write the agent’s settings file {path}: {reason}.',
    todo: 'Check its permissions, then run `ccbot hook --install` again.',
    exit: EXIT.config,
  },
  SOCKET_FAILED: {
    what: 'Cannot open the socket {path}: {reason}.',
    todo: 'Check the permissions under CCBOT_DIR, and that it is on a local file system. Otherwise set CCBOT_DIR to another directory.',
    exit: EXIT.config,
  },
  METRICS_PORT: {
    what: 'Cannot serve metrics at 127.0.0.1:{port}: {reason}.',
    todo: 'Stop the program that uses this port or set another CCBOT_METRICS_PORT, then run `ccbot restart`. Everything else keeps working, `ccbot metrics` too.',
    exit: EXIT.ok,
  },
  CLUSTER_CREDS_EXPOSED: {
    what: 'Other users can read {path}, which proves to the cluster who this machine is (mode {mode}).',
    todo: 'Run `chmod 600 {path}`. If other people have access to this machine, create new credentials.',
    exit: EXIT.config,
  },
  CLUSTER_CREDS_BAD: {
    what: 'Cannot use the file {path} of CCBOT_CLUSTER_CREDS: {reason}.',
    todo: 'Correct the path or the file. It holds what `nsc` wrote as `.creds`, the seed of an nkey, or one line `user:password`.',
    exit: EXIT.config,
  },
  CLUSTER_CA_BAD: {
    what: 'Cannot use the certificates {path} of CCBOT_CLUSTER_CA: {reason}.',
    todo: 'Correct the path or the file, or remove the setting to trust the authorities of the system.',
    exit: EXIT.config,
  },
  CLUSTER_OPEN: {
    what: 'Anybody who reaches the cluster at {url} can use it: it asks for no credentials.',
    todo: 'Turn authentication on in the NATS server and set CCBOT_CLUSTER_CREDS. If the network itself is private, set CCBOT_CLUSTER_INSECURE=1.',
    exit: EXIT.config,
  },
  CLUSTER_UNREACHABLE: {
    what: 'Cannot reach the cluster at {url}: {reason}.',
    todo: 'Check the NATS server and CCBOT_CLUSTER_URL. Sessions work on meanwhile, and Telegram keeps new messages for 24 hours. ccbot connects again by itself.',
    exit: EXIT.temporary,
  },
  CLUSTER_TLS_DATE: {
    what: 'The certificate of the cluster at {url} is not valid at the time of this machine: {reason}.',
    todo: 'Renew the certificate on the NATS server. If it is valid, set the clock of this machine (`timedatectl set-ntp true`). ccbot tries again by itself.',
    exit: EXIT.temporary,
  },
  CLUSTER_TLS_AUTHORITY: {
    what: 'The certificate of the cluster at {url} is signed by an authority that this machine does not trust: {reason}.',
    todo: 'If the authority is your own, set CCBOT_CLUSTER_CA to the file of its certificate. Otherwise somebody on the way may answer for the server: use another network. ccbot tries again by itself.',
    exit: EXIT.temporary,
  },
  CLUSTER_TLS_NAME: {
    what: 'The certificate of the cluster at {url} belongs to another server: {reason}.',
    todo: 'Set CCBOT_CLUSTER_URL to a name or an address that is in the certificate, or put this one into it. ccbot tries again by itself.',
    exit: EXIT.temporary,
  },
  CLUSTER_TLS_FAILED: {
    what: 'Cannot encrypt the connection to the cluster at {url}: {reason}.',
    todo: 'Turn TLS on in the NATS server, without a certificate of the client (`verify: false`). On a private network, you can do without TLS: set CCBOT_CLUSTER_URL to `nats://` and CCBOT_CLUSTER_CA to nothing. ccbot tries again by itself.',
    exit: EXIT.temporary,
  },
  CLUSTER_REFUSED: {
    what: 'The cluster at {url} rejects the credentials of this machine: {reason}.',
    todo: 'Check the file of CCBOT_CLUSTER_CREDS and the users of the NATS server. ccbot tries again by itself.',
    exit: EXIT.temporary,
  },
  CLUSTER_UNFIT: {
    what: 'The NATS server at {url} cannot hold a cluster of ccbot: {reason}.',
    todo: `Use NATS ${NATS_MIN} or later with JetStream turned on (\`nats-server -js\`), and allow it to this account. Check its disk, and that it has as many servers as CCBOT_CLUSTER_REPLICAS says. ccbot tries again by itself.`,
    exit: EXIT.temporary,
  },
  CLUSTER_STORE_FAILED: {
    what: 'The NATS server at {url} cannot use its own data: {reason}.',
    todo: 'Its disk is full, or its files were deleted or damaged while it ran. Check the disk and the directory (`store_dir`) of the server, and restart it. Until then nobody polls, and sessions work on. ccbot tries again by itself.',
    exit: EXIT.temporary,
  },
  CLUSTER_FOREIGN: {
    what: 'The bucket or stream {name} on the cluster belongs to something else: {reason}.',
    todo: 'Remove it from the NATS server if it is a leftover (`nats stream rm`), or give this bot an account of its own there. ccbot tries again by itself.',
    exit: EXIT.temporary,
  },
  CLUSTER_NEWER: {
    what: 'The machine {host} on the cluster runs a later ccbot (schema {theirs}, this one knows {ours}).',
    todo: 'Update ccbot on this machine. Until then it does not take part; its sessions work on.',
    exit: EXIT.temporary,
  },
  CLUSTER_HOST_TAKEN: {
    what: 'Another machine on the cluster is already called {host}.',
    todo: 'Set CCBOT_HOST to another name on one of the two. Until then this one does not take part; its sessions work on.',
    exit: EXIT.temporary,
  },
  CLUSTER_LOST_DATA: {
    what: 'The cluster at {url} has lost its data: {reason}.',
    todo: 'The machines set it up again by themselves and continue. Messages on their way to another machine may be lost: look into your sessions, and send again what is missing. Check the disk of the NATS server, or use three servers with CCBOT_CLUSTER_REPLICAS=3.',
    exit: EXIT.temporary,
  },
  CLUSTER_ONCE: {
    what: 'A single round would poll beside the machines of the cluster.',
    todo: 'Stop ccbot on this machine, and run the round with CCBOT_CLUSTER_URL set to nothing after every other machine has stopped. `ccbot status` shows which one polls.',
    exit: EXIT.config,
  },
  UNEXPECTED: {
    what: 'Unexpected error: {reason}',
    todo: 'See `ccbot logs`. If it happens again, report it with those lines.',
    exit: EXIT.temporary,
  },
} as const satisfies Record<string, FaultRow>;

export type FaultCode = keyof typeof FAULTS;

type Names<T extends string> = T extends `${string}{${infer N}}${infer Rest}` ? N | Names<Rest> : never;

export type FaultParams<C extends FaultCode> = Record<
  Names<(typeof FAULTS)[C]['what']> | Names<(typeof FAULTS)[C]['todo']>,
  string | number
>;
