import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isTokenElsewhere, type Loaded } from '@ccbot/shared/config/load';
import { USAGE_ERROR } from '@ccbot/shared/cli/command-line';
import { reasonOf } from '@ccbot/shared/faults/fault';
import type { Request } from '../cli';
import type { ServiceKind } from '../service/kinds';
import type { ServiceSetup } from '../init/init';
import {
  detectKind,
  launchd,
  removeService,
  runit,
  systemd,
  writeService,
  type Manager,
  type ManagerPlace,
  type SystemCommand,
} from '../service/manager';
import type { Credential, UnitOptions } from '../service/unit';
import type { CommandDeps } from './deps';

type Settings = Extract<Loaded, { ok: true }>;

const MAKERS: Record<ServiceKind, (options: UnitOptions, place: ManagerPlace) => Manager> = {
  systemd,
  launchd,
  runit,
};

/** The environment of the service. Everything else, and every secret, comes from the settings files. */
const PASSED_VARIABLES = ['PATH', 'LANG', 'LC_ALL', 'LC_CTYPE', 'SHELL', 'TMUX_TMPDIR'];

/** `ccbot service install|uninstall|status|print`. */
export async function service(
  request: Extract<Request, { run: 'service' }>,
  settings: Settings,
  deps: CommandDeps,
): Promise<number> {
  const kind = request.kind ?? detectKind(process.platform, deps.host.env);
  if (kind === null) {
    deps.terminal.err.write(
      'ccbot: found neither systemd, launchd nor runit. `ccbot service print --kind systemd` prints a unit file. Without a service manager, run `tmux new -d -s ccbot-supervisor ccbot supervise`.\n',
    );
    return 1;
  }
  const { credential = null } = request;
  if (credential !== null && kind !== 'systemd') {
    deps.terminal.err.write(`ccbot: ${kind} has no credentials. Use TELEGRAM_BOT_TOKEN_COMMAND instead.\n`);
    return USAGE_ERROR;
  }
  const manager = managerOf(kind, settings, deps, credential);
  switch (request.action) {
    case 'print':
      deps.terminal.out.write(manager.text);
      return 0;
    case 'install':
      return install(manager, settings, deps, credential !== null);
    case 'uninstall':
      return uninstall(manager, deps);
    case 'status': {
      const { code, output } = await run(manager.status, deps);
      deps.terminal.out.write(output);
      return code;
    }
  }
}

/** This system's service for `ccbot init`. */
export function serviceOf(deps: CommandDeps, install: () => Promise<number>): ServiceSetup {
  const kind = detectKind(process.platform, deps.host.env);
  return {
    kind,
    isInstalled() {
      const settings = deps.load();
      return kind !== null && settings.ok && existsSync(managerOf(kind, settings, deps).path);
    },
    install,
  };
}

/** The setting that the token comes from. */
function tokenKey(settings: Settings): 'TELEGRAM_BOT_TOKEN' | 'TELEGRAM_BOT_TOKEN_COMMAND' {
  const { TELEGRAM_BOT_TOKEN: token, TELEGRAM_BOT_TOKEN_COMMAND: command } = settings.config;
  return command.length > 0 && (token === '' || isTokenElsewhere(settings))
    ? 'TELEGRAM_BOT_TOKEN_COMMAND'
    : 'TELEGRAM_BOT_TOKEN';
}

/** The service of this `CCBOT_DIR`, installed or not. */
export function managerOf(
  kind: ServiceKind,
  settings: Settings,
  deps: CommandDeps,
  credential: Credential | null = null,
): Manager {
  return MAKERS[kind]({ ...unitOptions(kind, settings, deps), credential }, deps.host);
}

function unitOptions(
  kind: ServiceKind,
  { paths, config }: Settings,
  deps: CommandDeps,
): Omit<UnitOptions, 'credential'> {
  const isDefaultDirectory = paths.dir === join(deps.host.home, '.ccbot');
  const base = kind === 'launchd' ? 'org.ccbot.supervisor' : 'ccbot';
  // A second bot, in another directory, needs a service with another name.
  const hash = createHash('sha256').update(paths.dir).digest('hex').slice(0, 8);
  const variables = PASSED_VARIABLES.flatMap((key) =>
    deps.host.env[key] ? [[key, deps.host.env[key]] as const] : [],
  );
  return {
    node: process.execPath,
    program: deps.installation.launcher,
    cwd: deps.host.home,
    environment: {
      ...Object.fromEntries(variables),
      CCBOT_DIR: config.CCBOT_DIR,
      ...(config.CCBOT_ENV_FILE === '' ? {} : { CCBOT_ENV_FILE: config.CCBOT_ENV_FILE }),
    },
    name: isDefaultDirectory ? base : `${base}-${hash}`,
    logs: paths.logs,
  };
}

async function install(
  manager: Manager,
  settings: Settings,
  deps: CommandDeps,
  hasCredential: boolean,
): Promise<number> {
  // The service does not get this shell's environment, and a secret must not go into the unit file.
  const keys = [hasCredential ? [] : [tokenKey(settings)], ['ALLOWED_USERS'] as const].flat();
  for (const key of keys) {
    const source = settings.sources[key];
    if (source === 'the environment') {
      deps.terminal.err.write(
        `ccbot: ${key} is set in this shell only; the service needs it in ${settings.paths.env}.\n`,
      );
      return 78;
    }
    if (source === 'default') {
      deps.terminal.err.write(
        `ccbot: ${key} is not set yet; the service waits for it in ${settings.paths.env}.\n`,
      );
    }
  }
  try {
    writeService(manager);
  } catch (error) {
    deps.terminal.err.write(`ccbot: cannot write ${manager.path}: ${reasonOf(error)}\n`);
    return 1;
  }
  deps.terminal.out.write(`Wrote ${manager.path}.\n`);
  for (const command of manager.install) {
    const { code, output } = await run(command, deps);
    if (code !== 0) {
      deps.terminal.err.write(`ccbot: \`${command.join(' ')}\` failed (${code}): ${output.trim()}\n`);
      return 1;
    }
  }
  deps.terminal.out.write(`Installed and started. ${manager.hint}\n`);
  return 0;
}

async function uninstall(manager: Manager, deps: CommandDeps): Promise<number> {
  for (const command of manager.uninstall) {
    const { code, output } = await run(command, deps);
    if (code !== 0)
      deps.terminal.err.write(`ccbot: \`${command.join(' ')}\` failed (${code}): ${output.trim()}\n`);
  }
  deps.terminal.out.write(
    removeService(manager) ? `Removed ${manager.remove}.\n` : 'The service was not installed.\n',
  );
  return 0;
}

/** Runs a command of the service manager. The code of a missing command is 127. */
function run(command: SystemCommand, { host }: CommandDeps): Promise<{ code: number; output: string }> {
  const [program, ...args] = command;
  return new Promise((resolve) => {
    execFile(program, args, { env: { ...host.env }, timeout: 60_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 127;
      resolve({ code, output: stdout + stderr + (code === 127 ? reasonOf(error) : '') });
    });
  });
}
