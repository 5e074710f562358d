import { execFile } from 'node:child_process';
import { oneLine } from '@ccbot/shared/one-line';

/** How a run of git ended. */
export interface Ran {
  ok: boolean;
  stdout: string;
  /** Why it failed, on one line; empty if it did not. */
  reason: string;
}

/** Runs git in a directory. Never rejects. */
export type RunGit = (cwd: string, ...args: readonly string[]) => Promise<Ran>;

/** The time limit for one run, ms: it may go over a slow network. */
const TIMEOUT_MS = 120_000;

/** How much of its output is read, bytes. */
const OUTPUT_MAX = 8 * 1024 * 1024;

/** The longest reason that is shown, UTF-16 units. */
const REASON_MAX = 400;

/**
 * Settings of a repository are written by whoever works in it, also by its agent, and some name programs that git runs.
 * These take the place of theirs; a repository that sets others of the kind is not used.
 */
const SETTINGS = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.pager=cat',
  'push.followTags=false',
  'push.recurseSubmodules=no',
  'fetch.recurseSubmodules=no',
  'gc.auto=0',
  'maintenance.auto=false',
  'push.gpgSign=false',
];

/** Variables that lead git to another repository than the one in its directory, or that are not for others to see. */
const REMOVED =
  /^(GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_.*|NAMESPACE|COMMON_DIR|CONFIG_(COUNT|KEY_.*|VALUE_.*|PARAMETERS)|TRACE.*|EXTERNAL_DIFF)|TELEGRAM_.*|CCBOT_.*)$/;

/** Runs the git of `PATH`. It asks nobody: without a key or a stored password it fails. */
export function gitRunner(env: Readonly<Record<string, string | undefined>>): RunGit {
  const kept = Object.entries(env).filter(([name]) => !REMOVED.test(name));
  const environment: NodeJS.ProcessEnv = {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: 'false',
    SSH_ASKPASS: 'false',
    SSH_ASKPASS_REQUIRE: 'force',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_ALLOW_PROTOCOL: 'file:git:http:https:ssh',
  };
  const settings = SETTINGS.flatMap((setting) => ['-c', setting]);
  return (cwd, ...args) =>
    new Promise((resolve) => {
      const options = {
        cwd,
        env: environment,
        timeout: TIMEOUT_MS,
        killSignal: 'SIGKILL',
        maxBuffer: OUTPUT_MAX,
      } as const;
      const child = execFile('git', [...settings, ...args], options, (error, stdout, stderr) => {
        const reason = error === null ? '' : reasonOf(stderr, error);
        resolve({ ok: error === null, stdout, reason });
      });
      child.stdin?.end();
    });
}

/** The lines that say what went wrong; git prints advice and progress as well. */
function reasonOf(stderr: string, { message }: Error): string {
  const lines = stderr.split('\n').filter((line) => /^(?:fatal|error|remote|\s*!|ssh|.*denied)/i.test(line));
  return oneLine(lines.length > 0 ? lines.join('; ') : stderr.trim() || message, REASON_MAX);
}
