import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ServiceKind } from '../cli';
import { launchdPlist, runitScript, systemdUnit, type UnitOptions } from './unit';

/** One command of the service manager's. */
export type SystemCommand = readonly [string, ...string[]];

/** A service manager: where its file goes, and what it is told. */
export interface Manager {
  kind: ServiceKind;
  /** The file that `install` writes. */
  path: string;
  /** Its permissions. */
  mode: number;
  text: string;
  /** After the file is written. */
  install: readonly SystemCommand[];
  /** Before it is removed; a failure is no reason to stop. */
  uninstall: readonly SystemCommand[];
  /** What is removed: the file, or the directory that holds it. */
  remove: string;
  status: SystemCommand;
  /** Whether what the status command came to means that the service runs. */
  runs(status: { code: number; stdout: string }): boolean;
  /** What the person should know after the installation. */
  hint: string;
}

/** Where a user's services are. */
export interface ManagerPlace {
  home: string;
  env: Readonly<Record<string, string | undefined>>;
  uid: number;
}

/** A systemd user service. */
export function systemd(options: UnitOptions, { home, env }: ManagerPlace): Manager {
  const unit = `${options.name}.service`;
  const path = join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'systemd/user', unit);
  const ctl = (...words: string[]): SystemCommand => ['systemctl', '--user', ...words];
  return {
    kind: 'systemd',
    path,
    mode: 0o644,
    text: systemdUnit(options),
    // Not waited for: where another ccbot runs, the service stands by until that one ends.
    install: [ctl('daemon-reload'), ctl('enable', unit), ctl('restart', '--no-block', unit)],
    uninstall: [ctl('disable', '--now', unit)],
    remove: path,
    status: ctl('status', '--no-pager', unit),
    runs: ({ code }) => code === 0,
    hint: 'To have it run while you are not logged in: `loginctl enable-linger`.',
  };
}

/** A launchd agent. */
export function launchd(options: UnitOptions, { home, uid }: ManagerPlace): Manager {
  const domain = `gui/${uid}`;
  const path = join(home, 'Library/LaunchAgents', `${options.name}.plist`);
  return {
    kind: 'launchd',
    path,
    mode: 0o644,
    text: launchdPlist(options),
    install: [['launchctl', 'bootstrap', domain, path]],
    uninstall: [['launchctl', 'bootout', `${domain}/${options.name}`]],
    remove: path,
    status: ['launchctl', 'print', `${domain}/${options.name}`],
    runs: ({ code, stdout }) => code === 0 && /^\s*state = running$/m.test(stdout),
    hint: 'It runs while you are logged in.',
  };
}

/** A runit service in the user's own service directory. */
export function runit(options: UnitOptions, { home, env }: ManagerPlace): Manager {
  const services = env['SVDIR'] || join(home, 'service');
  const directory = join(services, options.name);
  return {
    kind: 'runit',
    path: join(directory, 'run'),
    mode: 0o755,
    text: runitScript(options),
    install: [],
    uninstall: [['sv', 'down', directory]],
    remove: directory,
    status: ['sv', 'status', directory],
    runs: ({ stdout }) => stdout.startsWith('run:'),
    hint: `It is started by the runsvdir that looks after ${services}; after \`ccbot stop\`, \`sv up ${directory}\` starts it again.`,
  };
}

/** Which service manager this system has; null: none that is known. */
export function detectKind(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): ServiceKind | null {
  if (platform === 'darwin') return 'launchd';
  // The second one is there while the user's own systemd runs, which is the one that is asked.
  const own = env['XDG_RUNTIME_DIR'] ? join(env['XDG_RUNTIME_DIR'], 'systemd') : '';
  if (existsSync('/run/systemd/system') || (own !== '' && existsSync(own))) return 'systemd';
  return env['SVDIR'] || existsSync('/run/runit') || existsSync('/etc/runit') ? 'runit' : null;
}

/** Writes the service's file. Throws what the file system throws. */
export function writeService({ path, text, mode }: Manager): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode });
}

/** Removes it; false when there was none. */
export function removeService({ path, remove }: Manager): boolean {
  if (!existsSync(path)) return false;
  rmSync(remove, { recursive: true, force: true });
  return true;
}
