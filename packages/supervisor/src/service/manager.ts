import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { readForeignSync } from '@ccbot/shared/files/foreign-file-sync';
import { replaceFile } from '@ccbot/shared/files/replace-file';
import type { ServiceKind } from './kinds';
import type { Environment, Host } from '../host';
import { realPath } from './real-path';
import { launchdPlist, RUNIT_FINISH, runitScript, systemdUnit, type UnitOptions } from './unit';

export type SystemCommand = readonly [string, ...string[]];

/** How one service manager handles our service. */
export interface Manager {
  kind: ServiceKind;
  /** The file that `install` writes. */
  path: string;
  /** The file's mode: only for this user, because the address of a proxy may have a password in it. */
  mode: number;
  text: string;
  /** Further files that `install` writes, into the same directory. */
  others: readonly ServiceFile[];
  /** Run after the file is written. A failure ends the installation. */
  install: readonly SystemCommand[];
  /** Run before that if there was a file already, so that a running service takes the new one; failures are ignored. */
  replace: readonly SystemCommand[];
  /** Run before the file is removed; failures are ignored. */
  uninstall: readonly SystemCommand[];
  /** What to remove: the file, or its directory. */
  remove: string;
  status: SystemCommand;
  /** Whether this result of the status command means that the service is running. */
  runs(status: { code: number; stdout: string }): boolean;
  /** Whether it says that it has given the service up; absent: it never does. */
  hasGivenUp?(status: { stdout: string }): boolean;
  /** Shown after the installation. */
  hint: string;
}

export interface ServiceFile {
  path: string;
  mode: number;
  text: string;
}

export type ManagerPlace = Pick<Host, 'home' | 'env' | 'uid'>;

/** A systemd user service. */
export function systemd(options: UnitOptions, { home, env }: ManagerPlace): Manager {
  const unit = `${options.name}.service`;
  const path = join(absolute(env['XDG_CONFIG_HOME']) ?? join(home, '.config'), 'systemd/user', unit);
  const ctl = (...words: string[]): SystemCommand => ['systemctl', '--user', ...words];
  return {
    kind: 'systemd',
    path,
    mode: 0o600,
    text: systemdUnit(options),
    others: [],
    // Without blocking: if another ccbot is running, the service waits until that one ends.
    install: [ctl('daemon-reload'), ctl('enable', unit), ctl('restart', '--no-block', unit)],
    replace: [],
    uninstall: [ctl('disable', '--now', unit)],
    remove: path,
    status: ctl('status', '--no-pager', unit),
    runs: ({ code }) => code === 0,
    hasGivenUp: ({ stdout }) => /^\s*Active: failed\b/m.test(stdout),
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
    mode: 0o600,
    text: launchdPlist(options),
    others: [],
    install: [['launchctl', 'bootstrap', domain, path]],
    // launchd does not read the file of a job that it has.
    replace: [['launchctl', 'bootout', `${domain}/${options.name}`]],
    uninstall: [['launchctl', 'bootout', `${domain}/${options.name}`]],
    remove: path,
    status: ['launchctl', 'print', `${domain}/${options.name}`],
    runs: ({ code, stdout }) => code === 0 && /^\s*state = running$/m.test(stdout),
    hint: 'It runs while you are logged in.',
  };
}

/** A runit service in the user's own service directory. */
export function runit(options: UnitOptions, { home, env }: ManagerPlace): Manager {
  const services = absolute(env['SVDIR']) ?? join(home, 'service');
  const directory = join(services, options.name);
  return {
    kind: 'runit',
    path: join(directory, 'run'),
    mode: 0o700,
    text: runitScript(options),
    others: [{ path: join(directory, 'finish'), mode: 0o700, text: RUNIT_FINISH }],
    install: [],
    replace: [['sv', 'restart', directory]],
    uninstall: [['sv', 'down', directory]],
    remove: directory,
    status: ['sv', 'status', directory],
    runs: ({ stdout }) => stdout.startsWith('run:'),
    hint: `The runsvdir for ${services} starts it. After \`ccbot stop\`, start it again with \`sv up ${directory}\`.`,
  };
}

/** The service manager of this system, or null if we know none. */
export function detectKind(platform: NodeJS.Platform, env: Environment): ServiceKind | null {
  if (platform === 'darwin') return 'launchd';
  // The user's directory exists while the user's own systemd is running, which is the one we need.
  const userDirectory = env['XDG_RUNTIME_DIR'] ? join(env['XDG_RUNTIME_DIR'], 'systemd') : '';
  if (existsSync('/run/systemd/system') || (userDirectory !== '' && existsSync(userDirectory)))
    return 'systemd';
  return env['SVDIR'] || existsSync('/run/runit') || existsSync('/etc/runit') ? 'runit' : null;
}

/** Undefined for a relative path, which would be in the working directory. The XDG specification ignores it too. */
function absolute(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined;
}

/** Throws the file system's errors. Follows a link at the path: some people keep such files in another place. */
export function writeService({ path, text, mode, others }: Manager): void {
  mkdirSync(dirname(path), { recursive: true });
  // What the service file relies on is there first.
  for (const file of [...others, { path, text, mode }])
    replaceFile(realPath(file.path) ?? file.path, file.text, file.mode);
}

/** A service's file as it is; null if there is none, or it cannot be read. */
export function installedText({ path }: Pick<ServiceFile, 'path'>): string | null {
  try {
    return readForeignSync(path, 'unit');
  } catch {
    return null;
  }
}

/** Returns false if the service was not installed. */
export function removeService({ path, remove }: Manager): boolean {
  if (!existsSync(path)) return false;
  rmSync(remove, { recursive: true, force: true });
  return true;
}
