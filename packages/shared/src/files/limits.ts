const KB = 1024;
const MB = 1024 * KB;

/**
 * The most that is read of each kind of file that ccbot did not write, bytes. Each limit is far above what the programs
 * themselves write and far below what would slow the worker down.
 */
export const FILE_LIMITS = {
  /** Settings of an agent, and its list of plugins. Real ones have some kilobytes. */
  agentSettings: 4 * MB,
  /** What an agent notes about a running session or sub-agent: one small JSON object. */
  agentNote: 256 * KB,
  /** The head of a command or skill. Its front matter fits into the first bytes, and nothing else is shown. */
  commandHead: 4 * KB,
  /** The first record of a transcript, up to its author. Long instructions come after that. */
  recordHead: 4 * KB,
  /** The end of a transcript, in which its last working directory is looked for. */
  recordTail: 1 * MB,
  /** The start of a transcript, in which the first prompt is looked for. Instructions come before it. */
  promptHead: 256 * KB,
  /** A file that a tool wants to change, to show the changed lines. Comparing a longer one takes too long. */
  preview: 1 * MB,
  /** The transcript of the canary, which asks one thing. */
  canary: 16 * MB,
  /** What ccbot's commands wrote last. Others can replace it. */
  approved: 1 * MB,
  /** A `.env` file. dotenv parses it as a whole on the main thread. */
  env: 1_000_000,
  /** What a hook tells, if it does not fit in the pipe. A prompt of a megabyte still fits. */
  hookLine: 8 * MB,
  /** `session_map.json`, to which other programs may write. An entry has some hundred bytes. */
  sessionMap: 4 * MB,
  /** State of the Python ccbot: some hundred bytes for each session that it ever had. */
  oldState: 64 * MB,
  /** A request or an answer of `ccbot send-file` that travels as a file: at most a hundred paths. */
  relay: 1 * MB,
  /** `package.json` beside an installed hook. */
  packageJson: 1 * MB,
  /** A file with a bot token, for `ccbot init --token-file`, or with the credentials of a cluster. */
  token: 4 * KB,
  /** Certificates of authorities, PEM. The bundle of a whole system has some 250 KB. */
  authority: 1 * MB,
  /** The file of a service. What ccbot writes has some kilobytes. */
  unit: 1 * MB,
  /** The launcher, which stands for Node.js. What ccbot writes has some kilobytes. */
  launcher: 1 * MB,
  /** The name of a lock's holder, one line. The lock may be another user's. */
  lock: 10 * KB,
  /** A file under `/proc`. Its length is unknown before it is read, and the environment of a process may be long. */
  proc: 16 * MB,
} as const satisfies Record<string, number>;

export type FileKind = keyof typeof FILE_LIMITS;

/** The most entries that are read of a directory that ccbot did not fill. A listing is cut there, not refused. */
export const LIST_LIMITS = {
  /** Commands and skills of one directory. A person has dozens. */
  commands: 2_000,
  /** Running sessions of an agent: one file a process. */
  sessions: 10_000,
  /** Transcripts of one working directory, or of one day, or sub-agents of one session. */
  transcripts: 20_000,
  /** Projects for which an agent stores transcripts. A person has hundreds. */
  projects: 20_000,
  /** Files of an administrator with settings of an agent. */
  managed: 200,
  /** Processes, or open files of one process. The kernel allows more; no machine of a person has them. */
  proc: 100_000,
} as const satisfies Record<string, number>;

export type ListKind = keyof typeof LIST_LIMITS;
