import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Loaded } from '@ccbot/shared/config/load';
import { USAGE_ERROR } from '@ccbot/shared/cli/command-line';
import { faultText, reasonOf } from '@ccbot/shared/faults/fault';
import { writeLauncher } from '@ccbot/shared/node-launcher/launcher';
import { oneLine } from '@ccbot/shared/one-line';
import { EXIT } from '@ccbot/shared/protocol/exit-codes';
import type { Request } from '../cli';
import type { ServiceKind } from '../service/kinds';
import type { ServiceComparison, ServiceSetup } from '../init/init';
import {
  detectKind,
  installedText,
  launchd,
  removeService,
  runit,
  systemd,
  writeService,
  type Manager,
  type ManagerPlace,
  type SystemCommand,
} from '../service/manager';
import {
  changesOf,
  describeChanges,
  describeTakeover,
  takeoverOf,
  tokenKey,
  type Takeover,
} from '../service/takeover';
import { systemdPath, type Credential, type UnitOptions } from '../service/unit';
import type { CommandDeps } from './deps';

type Settings = Extract<Loaded, { ok: true }>;

const MAKERS: Record<ServiceKind, (options: UnitOptions, place: ManagerPlace) => Manager> = {
  systemd,
  launchd,
  runit,
};

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
  if (credential !== null && systemdPath(credential.path) === null) {
    deps.terminal.err.write(
      'ccbot: the path of the credential cannot be written into a unit. Rename the file.\n',
    );
    return USAGE_ERROR;
  }
  const manager = managerOf(kind, settings, deps, credential);
  if (request.action === 'install' || request.action === 'print') {
    const { host, terminal } = deps;
    const trouble = writeLauncher(settings.paths, { home: host.home, path: host.env['PATH'] });
    if (trouble !== null) {
      terminal.err.write(`ccbot: ${faultText(trouble)}\n`);
      return trouble.exit;
    }
  }
  switch (request.action) {
    case 'print':
      deps.terminal.out.write(printed(manager));
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

/** What `service print` shows. Further files follow behind their path, in a comment. */
function printed({ text, others }: Manager): string {
  return [text, ...others.map((file) => `\n# ${file.path}\n${file.text}`)].join('');
}

/** This system's service for `ccbot init`. */
export function serviceOf(deps: CommandDeps, install: () => Promise<number>): ServiceSetup {
  const kind = detectKind(process.platform, deps.host.env);
  return {
    kind,
    async compare() {
      const settings = await deps.load();
      if (kind === null || !settings.ok) return { is: 'absent' };
      return compareService(managerOf(kind, settings, deps), takeoverOf(kind, deps.host.env, settings));
    },
    install,
  };
}

function compareService(manager: Manager, { carried }: Takeover): ServiceComparison {
  const text = installedText(manager);
  if (text === null) return { is: existsSync(manager.path) ? 'current' : 'absent' };
  const stale = manager.others.filter((file) => installedText(file) !== file.text);
  const lines = [
    ...describeChanges(changesOf(manager.kind, text, carried)),
    ...stale.map(({ path }) => `Missing, or of another version: ${path}.`),
  ];
  return lines.length === 0 ? { is: 'current' } : { is: 'different', lines };
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
  settings: Settings,
  deps: CommandDeps,
): Omit<UnitOptions, 'credential'> {
  const { paths } = settings;
  const isDefaultDirectory = paths.dir === join(deps.host.home, '.ccbot');
  const base = kind === 'launchd' ? 'org.ccbot.supervisor' : 'ccbot';
  // A second bot, in another directory, needs a service with another name.
  const hash = createHash('sha256').update(paths.dir).digest('hex').slice(0, 8);
  return {
    node: paths.launcher,
    program: deps.installation.launcher,
    cwd: deps.host.home,
    environment: takeoverOf(kind, deps.host.env, settings).carried,
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
  const { out, err } = deps.terminal;
  // The service does not get this shell's environment, and a secret must not go into the unit file.
  const keys = [hasCredential ? [] : [tokenKey(settings)], ['ALLOWED_USERS'] as const].flat();
  for (const key of keys) {
    const source = settings.sources[key];
    if (source === 'the environment') {
      err.write(`ccbot: ${key} is set in this shell only; the service needs it in ${settings.paths.env}.\n`);
      return EXIT.config;
    }
    if (source === 'default')
      err.write(`ccbot: ${key} is not set yet; the service waits for it in ${settings.paths.env}.\n`);
  }
  const before = installedText(manager);
  try {
    writeService(manager);
  } catch (error) {
    err.write(`ccbot: cannot write ${manager.path}: ${reasonOf(error)}\n`);
    return 1;
  }
  for (const { path } of [manager, ...manager.others]) out.write(`Wrote ${path}.\n`);
  const takeover = takeoverOf(manager.kind, deps.host.env, settings);
  const changes = before === null ? null : changesOf(manager.kind, before, takeover.carried);
  for (const line of describeTakeover(takeover, changes, settings.paths.env)) out.write(`${line}\n`);
  if (before !== null) for (const command of manager.replace) await run(command, deps);
  for (const command of manager.install) {
    const { code, output } = await run(command, deps);
    if (code !== 0) {
      err.write(`ccbot: \`${command.join(' ')}\` failed (${code}): ${output.trim()}\n`);
      return 1;
    }
  }
  const state = await waitUntilRunning(manager, deps);
  out.write(
    state === null
      ? `Installed and running. ${manager.hint}\n`
      : `Installed, but it does not run yet: ${state} See \`ccbot service status\` and \`ccbot status\`. ${manager.hint}\n`,
  );
  return 0;
}

/** How long a service may take until its manager says that it runs, ms. */
const START_MS = 10_000;

/** For so long it may still tell of the run before this start, ms. */
const OLD_MS = 2_000;

/** How often the manager is asked, ms. */
const ASK_MS = 250;

/** The exit code of a command that is not there, as in a shell. */
const MISSING = 127;

/** Null once the service manager says that the service runs; what it says instead, if it does not in time or will not. */
async function waitUntilRunning(manager: Manager, deps: CommandDeps): Promise<string | null> {
  for (const since = Date.now(); ; await pause(ASK_MS)) {
    const { code, stdout, output } = await run(manager.status, deps);
    if (manager.runs({ code, stdout })) return null;
    const passedMs = Date.now() - since;
    const hasGivenUp = passedMs >= OLD_MS && manager.hasGivenUp?.({ stdout }) === true;
    if (code !== MISSING && !hasGivenUp && passedMs < START_MS) continue;
    const active =
      output.split('\n').find((line) => /^\s*Active:/.test(line)) ?? output.trim().split('\n')[0];
    return `${oneLine(active ?? '', STATE_MAX) || `exit ${code}`}.`;
  }
}

/** The most that is shown of what a service manager says, UTF-16 units. */
const STATE_MAX = 200;

async function uninstall(manager: Manager, deps: CommandDeps): Promise<number> {
  const { out, err } = deps.terminal;
  for (const command of manager.uninstall) {
    const { code, output } = await run(command, deps);
    if (code !== 0) err.write(`ccbot: \`${command.join(' ')}\` failed (${code}): ${output.trim()}\n`);
  }
  const { code, stdout } = await run(manager.status, deps);
  out.write(removeService(manager) ? `Removed ${manager.remove}.\n` : 'The service was not installed.\n');
  if (!manager.runs({ code, stdout })) return 0;
  err.write(`ccbot: ${manager.kind} still runs it. Stop it with \`ccbot stop\`.\n`);
  return 1;
}

/** Runs a command of the service manager. The code of a missing command is {@link MISSING}. */
function run(
  command: SystemCommand,
  { host }: CommandDeps,
): Promise<{ code: number; stdout: string; output: string }> {
  const [program, ...args] = command;
  return new Promise((resolve) => {
    execFile(program, args, { env: { ...host.env }, timeout: 60_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : MISSING;
      resolve({ code, stdout, output: stdout + stderr + (code === MISSING ? reasonOf(error) : '') });
    });
  });
}
