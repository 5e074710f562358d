import { chmodSync, statSync } from 'node:fs';
import { checkOf, type Check } from '@ccbot/shared/doctor/check';
import { reasonOf } from '@ccbot/shared/faults/fault';
import type { DoctorDeps, Finding } from './deps';

/** The oldest Node.js that works; `engines` in package.json says the same. */
const NODE_MIN = 20;

/** The oldest tmux that works: pausing panes and format subscriptions came with it. */
const TMUX_MIN: readonly [number, number] = [3, 2];

/** Free space from which on all is well, and below which ccbot cannot work, bytes: a day's logs and messages are some MB. */
const ROOM = { well: 500_000_000, least: 20_000_000 };

/** The Node.js that runs this. */
export function examineNode({ nodeVersion }: DoctorDeps): Finding {
  const check = checkOf('node', 'Node.js');
  const major = Number(/^v?(\d+)/.exec(nodeVersion)?.[1]);
  return {
    checks: [
      major >= NODE_MIN
        ? check.ok(nodeVersion)
        : check.bad(`${nodeVersion} is too old`, `Install Node.js ${NODE_MIN} or newer.`),
    ],
  };
}

/** tmux and its version. */
export async function examineTmux({ run }: DoctorDeps): Promise<Finding> {
  const check = checkOf('tmux', 'tmux');
  const { code, stdout, stderr } = await run('tmux', ['-V']);
  if (code === 127) {
    return {
      checks: [
        check.warn(
          'not installed: sessions end with the worker',
          'Install it: `apt-get install tmux`, `brew install tmux`.',
        ),
      ],
    };
  }
  if (code !== 0)
    return { checks: [check.bad(`it does not start: ${stderr.trim()}`, 'Try `tmux -V` by hand.')] };
  const version = stdout.trim().replace(/^tmux\s+/, '');
  const [, major, minor] = /(\d+)\.(\d+)/.exec(version) ?? [];
  const old =
    major !== undefined &&
    (Number(major) < TMUX_MIN[0] || (Number(major) === TMUX_MIN[0] && Number(minor) < TMUX_MIN[1]));
  if (old)
    return { checks: [check.bad(`${version} is too old`, `Install tmux ${TMUX_MIN.join('.')} or later.`)] };
  return { checks: [check.ok(version)] };
}

/** The settings: each fault a line of its own. */
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
          `Run \`ccbot init\`, or put it into ${loaded.paths.env}.`,
        ),
      ],
    };
  }
  return { checks: [check.ok(files.length === 0 ? 'from the environment' : `from ${files.join(', ')}`)] };
}

/** The directories and files of `CCBOT_DIR`: that they are there, ours, and nobody else's to read. */
export function examineModes({ loaded: { paths }, uid }: DoctorDeps): Finding {
  const check = checkOf('files', 'directory and files');
  const wrong: { path: string; mode: number; wanted: number }[] = [];
  const checks: Check[] = [];
  const rows = [
    [paths.dir, 0o700],
    [paths.logs, 0o700],
    [paths.run, 0o700],
    [paths.env, 0o600],
    [paths.db, 0o600],
  ] as const;
  for (const [path, wanted] of rows) {
    let found: { mode: number; uid: number };
    try {
      found = statSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue; // made when it is needed
      checks.push(
        check.bad(`${path} cannot be looked at: ${reasonOf(error)}`, 'Check its owner and permissions.'),
      );
      continue;
    }
    if (found.uid !== uid) {
      checks.push(
        check.bad(
          `${path} belongs to another user`,
          `Run \`chown\` on it, or set CCBOT_DIR to another directory.`,
        ),
      );
    } else if ((found.mode & 0o777 & ~wanted) !== 0) wrong.push({ path, mode: found.mode & 0o777, wanted });
  }
  for (const { path, mode, wanted } of wrong) {
    checks.push(
      check.bad(
        `${path} may be read by others (mode ${octal(mode)})`,
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
            for (const { path, wanted } of wrong) chmodSync(path, wanted);
            return Promise.resolve('The modes are set.');
          },
        },
      };
}

const octal = (mode: number): string => mode.toString(8).padStart(4, '0');

/** Room on the disk under `CCBOT_DIR`. */
export function examineDisk({ loaded: { paths }, freeBytes }: DoctorDeps): Finding {
  const check = checkOf('disk', 'disk space');
  try {
    const free = freeBytes(paths.dir);
    const words = `${Math.round(free / 1e6)} MB free under ${paths.dir}`;
    if (free >= ROOM.well) return { checks: [check.ok(words)] };
    const todo = 'Free some space; a full disk stops the intake of messages.';
    return { checks: [free < ROOM.least ? check.bad(words, todo) : check.warn(words, todo)] };
  } catch (error) {
    return { checks: [check.skipped(`it cannot be told: ${reasonOf(error)}`)] };
  }
}

/** The environment that tmux passes on to every window: no token in it. */
export async function examineTmuxEnvironment({ loaded, run }: DoctorDeps): Promise<Finding> {
  const check = checkOf('tmux-environment', "tmux's environment");
  if (!loaded.ok) return { checks: [check.skipped('the settings are not valid')] };
  const { CCBOT_TMUX_SOCKET: socket, TMUX_SESSION_NAME: session, TELEGRAM_BOT_TOKEN: token } = loaded.config;
  const server = socket === '' ? [] : ['-L', socket];
  const global = await run('tmux', [...server, 'show-environment', '-g']);
  if (global.code !== 0) return { checks: [check.ok('no tmux server runs')] };
  const own = await run('tmux', [...server, 'show-environment', '-t', session]);
  const holds = (text: string): boolean =>
    /^TELEGRAM_BOT_TOKEN=./m.test(text) || (token !== '' && text.includes(token));
  const places = [
    ...(holds(global.stdout) ? ['-g'] : []),
    ...(own.code === 0 && holds(own.stdout) ? [`-t ${session}`] : []),
  ];
  if (places.length === 0) return { checks: [check.ok('free of the token')] };
  const names = (text: string): string[] =>
    text
      .split('\n')
      .filter((line) => line.startsWith('TELEGRAM_BOT_TOKEN=') || (token !== '' && line.includes(token)))
      .map((line) => line.split('=')[0] ?? '')
      .filter((name) => /^\w+$/.test(name));
  return {
    checks: [
      check.bad(
        'the bot token is in it: every agent can read it',
        'Run `ccbot doctor --fix`; windows that are open keep it until they are closed.',
      ),
    ],
    fix: {
      offer: "Take the token out of tmux's environment?",
      apply: async () => {
        for (const name of names(global.stdout))
          await run('tmux', [...server, 'set-environment', '-gu', name]);
        for (const name of names(own.stdout))
          await run('tmux', [...server, 'set-environment', '-u', '-t', session, name]);
        return "The token is out of tmux's environment.";
      },
    },
  };
}
