import { lstatSync, statSync, type Stats } from 'node:fs';
import { checkOf, type Check } from '@ccbot/shared/doctor/check';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { isNodeSupported, NODE_OLDEST } from '@ccbot/shared/node-version';
import { checkAncestors } from '@ccbot/shared/ownership/ancestors';
import { NotOursError, setOwnMode } from '@ccbot/shared/ownership/directory';
import { isRecentTmux, TMUX_OLDEST, USUAL_TMUX, versionIn } from '@ccbot/shared/tmux/version';
import type { DoctorDeps, Finding } from './deps';

/** Less free space than `enough` is a warning, less than `minimum` an error; bytes. A day's logs and messages take some MB. */
const SPACE = { enough: 500_000_000, minimum: 20_000_000 };

export function examineNode({ host: { nodeVersion } }: DoctorDeps): Finding {
  const check = checkOf('node', 'Node.js');
  return {
    checks: [
      isNodeSupported(nodeVersion)
        ? check.ok(nodeVersion)
        : check.bad(`${nodeVersion} is too old`, `Install Node.js ${NODE_OLDEST} or newer.`),
    ],
  };
}

export async function examineTmux({ loaded, run }: DoctorDeps): Promise<Finding> {
  const check = checkOf('tmux', 'tmux');
  const program = loaded.ok ? loaded.config.CCBOT_TMUX : USUAL_TMUX;
  const { code, stdout, stderr } = await run(program, ['-V']);
  if (code === 127 && program === USUAL_TMUX) {
    return {
      checks: [
        check.warn(
          'not installed, so sessions end with the worker',
          'Install it: `apt-get install tmux`, `brew install tmux`.',
        ),
      ],
    };
  }
  if (code !== 0)
    return {
      checks: [check.bad(`${program} does not start: ${stderr.trim()}`, `Run \`${program} -V\` by hand.`)],
    };
  const version = versionIn(stdout);
  if (!isRecentTmux(version)) {
    const todo = `Install tmux ${TMUX_OLDEST} or later, or set CCBOT_TMUX to the path of one.`;
    return { checks: [check.bad(`${program} is tmux ${version}, ccbot needs ${TMUX_OLDEST}`, todo)] };
  }
  return { checks: [check.ok(program === USUAL_TMUX ? version : `${version} (${program})`)] };
}

/** Returns a check for each fault. */
export function examineSettings({ loaded }: DoctorDeps): Finding {
  const check = checkOf('settings', 'settings');
  if (!loaded.ok) return { checks: loaded.faults.map((f) => check.bad(f.what, f.todo)) };
  const { files, config } = loaded;
  const missing = (['TELEGRAM_BOT_TOKEN', 'ALLOWED_USERS'] as const).filter(
    (key) => config[key].length === 0,
  );
  if (missing.length > 0) {
    return {
      checks: [
        check.bad(
          `${missing.join(' and ')} not set`,
          `Run \`ccbot init\`, or add ${missing.length > 1 ? 'them' : 'it'} to ${loaded.paths.env}.`,
        ),
      ],
    };
  }
  return { checks: [check.ok(files.length === 0 ? 'from the environment' : `from ${files.join(', ')}`)] };
}

/** Checks that the files and directories of `CCBOT_DIR` belong to us and that nobody else can read them. */
export function examineModes({ loaded, host }: DoctorDeps): Finding {
  const { paths } = loaded;
  const check = checkOf('files', 'directory and files');
  const wrong: WrongMode[] = [];
  const checks: Check[] = [];
  const replaceable = replaceablePart(paths.dir);
  if (replaceable !== null) {
    const todo =
      'Correct its owner (`chown`) or its mode (`chmod go-w`), or set CCBOT_DIR to a directory in your home.';
    checks.push(check.bad(`another user could replace ${paths.dir}: ${replaceable}`, todo));
  }
  // The settings are reported by their own check.
  const isReported = !loaded.ok && loaded.faults.some(({ code }) => code.startsWith('ENV_'));
  const rows = [
    [paths.dir, 0o700],
    [paths.logs, 0o700],
    [paths.run, 0o700],
    [paths.env, 0o600],
    [paths.db, 0o600],
  ] as const;
  for (const [path, wanted] of rows) {
    const found = examinePath(path, wanted, { uid: host.uid, mayBeLink: path !== paths.run });
    if (found !== null && 'mode' in found) wrong.push(found);
    else if (found !== null) checks.push(found);
  }
  for (const { path, mode, wanted } of wrong) {
    if (path === paths.env && isReported) continue;
    checks.push(
      check.bad(
        `other users can read ${path} (mode ${octal(mode)})`,
        `Run \`chmod ${octal(wanted)} ${path}\`, or \`ccbot doctor --fix\`.`,
      ),
    );
  }
  if (checks.length === 0) checks.push(check.ok(paths.dir));
  return wrong.length === 0
    ? { checks }
    : {
        checks,
        fix: {
          offer: `Set the modes of ${wrong.map(({ path }) => path).join(', ')}?`,
          apply: () => {
            for (const { path, wanted } of wrong) setMode(path, wanted);
            return Promise.resolve('Modes set.');
          },
        },
      };
}

interface WrongMode {
  path: string;
  mode: number;
  wanted: number;
}

/** Null: nothing is wrong with it, or it is not there yet. */
function examinePath(
  path: string,
  wanted: number,
  { uid, mayBeLink }: { uid: number; mayBeLink: boolean },
): Check | WrongMode | null {
  const check = checkOf('files', 'directory and files');
  let found: Stats;
  try {
    found = mayBeLink ? statSync(path) : lstatSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null; // created when needed
    return check.bad(`cannot check ${path}: ${reasonOf(error)}`, 'Check its owner and permissions.');
  }
  if (found.isSymbolicLink()) {
    // Neither ccbot nor its clients follow one there.
    return check.bad(
      `${path} is a link, so ccbot does not use it`,
      `Remove the link (\`rm ${path}\`). If it should be elsewhere, set CCBOT_DIR to a directory there.`,
    );
  }
  if (found.uid !== uid)
    return check.bad(
      `${path} belongs to another user`,
      'Run `chown` on it, or set CCBOT_DIR to another directory.',
    );
  const mode = found.mode & 0o777;
  return (mode & ~wanted) === 0 ? null : { path, mode, wanted };
}

/** Throws an error for the user if the file system does not keep the mode. */
function setMode(path: string, mode: number): void {
  try {
    setOwnMode(path, mode);
  } catch (error) {
    if (!(error instanceof NotOursError)) throw error;
    throw new Error(
      `${error.message}. What is in it stays open to other users of this machine, and ccbot does not start. Set CCBOT_DIR to a directory on another file system, such as in your home (WSL: not under /mnt)`,
      { cause: error },
    );
  }
}

/** What is wrong on the way to a directory; null: nothing. */
function replaceablePart(path: string): string | null {
  try {
    checkAncestors(path);
    return null;
  } catch (error) {
    return error instanceof NotOursError ? error.message : null; // what cannot be read is reported below
  }
}

const octal = (mode: number): string => mode.toString(8).padStart(4, '0');

export function examineDisk({ loaded: { paths }, host }: DoctorDeps): Finding {
  const check = checkOf('disk', 'disk space');
  try {
    const free = host.freeBytes(paths.dir);
    const detail = `${Math.round(free / 1e6)} MB free under ${paths.dir}`;
    if (free >= SPACE.enough) return { checks: [check.ok(detail)] };
    const todo = 'Free some space. With a full disk, ccbot accepts no messages.';
    return { checks: [free < SPACE.minimum ? check.bad(detail, todo) : check.warn(detail, todo)] };
  } catch (error) {
    return { checks: [check.skipped(`unknown: ${reasonOf(error)}`)] };
  }
}

/** Checks that the environment which tmux gives to every window does not contain the token. */
export async function examineTmuxEnvironment({ loaded, run }: DoctorDeps): Promise<Finding> {
  const check = checkOf('tmux-environment', "tmux's environment");
  if (!loaded.ok) return { checks: [check.skipped('the settings are invalid')] };
  const { CCBOT_TMUX: tmux, CCBOT_TMUX_SOCKET: socket } = loaded.config;
  const { TMUX_SESSION_NAME: session, TELEGRAM_BOT_TOKEN: token } = loaded.config;
  const server = socket === '' ? [] : ['-L', socket];
  const global = await run(tmux, [...server, 'show-environment', '-g']);
  if (global.code !== 0) return { checks: [check.ok('no tmux server is running')] };
  const local = await run(tmux, [...server, 'show-environment', '-t', session]);
  const holds = (text: string): boolean =>
    /^TELEGRAM_BOT_TOKEN=./m.test(text) || (token !== '' && text.includes(token));
  const places = [
    ...(holds(global.stdout) ? ['-g'] : []),
    ...(local.code === 0 && holds(local.stdout) ? [`-t ${session}`] : []),
  ];
  if (places.length === 0) return { checks: [check.ok('does not contain the token')] };
  const names = (text: string): string[] =>
    text
      .split('\n')
      .filter((line) => line.startsWith('TELEGRAM_BOT_TOKEN=') || (token !== '' && line.includes(token)))
      .map((line) => line.split('=')[0] ?? '')
      .filter((name) => /^\w+$/.test(name));
  return {
    checks: [
      check.bad(
        'contains the bot token, so every agent can read it',
        'Run `ccbot doctor --fix`. Windows that are open keep the token until you close them.',
      ),
    ],
    fix: {
      offer: "Remove the token from tmux's environment?",
      apply: async () => {
        for (const name of names(global.stdout)) await run(tmux, [...server, 'set-environment', '-gu', name]);
        for (const name of names(local.stdout))
          await run(tmux, [...server, 'set-environment', '-u', '-t', session, name]);
        const left = await run(tmux, [...server, 'show-environment', '-g']);
        const leftHere = await run(tmux, [...server, 'show-environment', '-t', session]);
        if (holds(left.stdout) || (leftHere.code === 0 && holds(leftHere.stdout)))
          throw new Error("the token is still in tmux's environment; see `tmux show-environment -g`");
        return "Removed the token from tmux's environment.";
      },
    },
  };
}
