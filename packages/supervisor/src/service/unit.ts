import { shellQuote } from '@ccbot/shared/cli/shell-quote';
import { EXIT } from '@ccbot/shared/protocol/exit-codes';
import { CREDENTIAL } from '@ccbot/shared/config/token';
import type { ServiceKind } from './kinds';
import { LAUNCHD_ENV } from './launchd';
import { RUNIT_ENV } from './runit';

/** A file with the token. `encrypted`: by `systemd-creds encrypt`. */
export interface Credential {
  path: string;
  encrypted: boolean;
}

export interface UnitOptions {
  /** An absolute path. */
  node: string;
  /** The absolute path of our launcher. */
  program: string;
  /** The working directory. Nothing is read from it; `/new` offers it first. */
  cwd: string;
  /** What {@link canSet}. Neither a token nor a key is in it; the password of a proxy may be. */
  environment: Readonly<Record<string, string>>;
  /** systemd: the credential with the token, which the service manager reads. Null: there is none. */
  credential: Credential | null;
  /** The service's name, such as `ccbot`. */
  name: string;
  /** The directory for launchd's log of our output from before our own log is open. */
  logs: string;
}

/**
 * A systemd user unit. `KillMode=process`: a tmux server started by the worker is in the unit's control group and must
 * survive. No `RuntimeDirectory` and no private `/tmp`, because tmux keeps its socket there. No sandboxing of files or
 * privileges, because the agents would inherit it, and they work in the user's projects as the user does. Core dumps are
 * off because they would contain the token.
 */
export function systemdUnit(o: UnitOptions): string {
  return `[Unit]
Description=ccbot, coding agents on your phone
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess=all
ExecStart=${[o.node, o.program, 'supervise', '--patient'].map((word) => systemdWord(word)).join(' ')}
ExecReload=/bin/kill -HUP $MAINPID
WorkingDirectory=${systemdPath(o.cwd) ?? '~'}
${environmentLines('systemd', o.environment)}
${o.credential === null ? '' : credentialLine(o.credential)}Restart=on-failure
RestartSec=2
RestartPreventExitStatus=${EXIT.config}
TimeoutStartSec=infinity
TimeoutStopSec=20
WatchdogSec=120
KillMode=process
OOMPolicy=continue
LimitCORE=0

[Install]
WantedBy=default.target
`;
}

function credentialLine({ path, encrypted }: Credential): string {
  const name = encrypted ? 'LoadCredentialEncrypted' : 'LoadCredential';
  return `${name}=${CREDENTIAL}:${systemdPath(path) ?? ''}\n`;
}

/**
 * A path that stands alone behind `=`, where systemd knows specifiers but no quotes. Null if it cannot be written there:
 * a line break would begin another setting, and a backslash at the end would continue this one.
 */
export function systemdPath(path: string): string | null {
  return CONTROL.test(path) || /^\s|[\s\\]$/.test(path) ? null : path.replace(/%/g, '%%');
}

// oxlint-disable-next-line no-control-regex -- these are the ones that we look for
const CONTROL = /[\u0000-\u001f\u007f]/;

/** Quotes a word for systemd and escapes its specifiers and, in a command, its variables. */
function systemdWord(text: string, command = true): string {
  const quoted = [...text]
    .map((c) => (CONTROL.test(c) ? `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}` : c))
    .map((c) => (c === '\\' || c === '"' ? `\\${c}` : c))
    .join('')
    .replace(/%/g, '%%');
  return `"${command ? quoted.replace(/\$/g, '$$$$') : quoted}"`;
}

/** The lines of a service's file that set variables. */
function environmentLines(kind: ServiceKind, environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => environmentLine(kind, name, value))
    .join('\n');
}

/** The text that sets a variable in a service's file. */
export function environmentLine(kind: ServiceKind, name: string, value: string): string {
  switch (kind) {
    case 'systemd':
      return `Environment=${systemdWord(`${name}=${value}`, false)}`;
    case 'launchd':
      return `    <key>${xml(name)}</key>\n    <string>${xml(value)}</string>`;
    case 'runit':
      return `export ${name}=${shellQuote(value)}`;
  }
}

/** Whether a service's file can set a variable to the value. XML has no control characters, not even escaped. */
export function canSet(kind: ServiceKind, value: string): boolean {
  // oxlint-disable-next-line no-control-regex -- these are the ones that we look for
  return kind !== 'launchd' || !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(value);
}

/** The names of the variables that the text of a service's file sets, if ccbot wrote it. */
export function variablesSetIn(kind: ServiceKind, text: string): string[] {
  const dict = /<key>EnvironmentVariables<\/key>\s*<dict>([^]*?)<\/dict>/.exec(text)?.[1] ?? '';
  const names: Record<ServiceKind, [RegExp, string]> = {
    systemd: [/^Environment="([A-Za-z_]\w*)=/gm, text],
    launchd: [/^ {4}<key>([A-Za-z_]\w*)<\/key>$/gm, dict],
    runit: [/^export ([A-Za-z_]\w*)='/gm, text],
  };
  const [pattern, where] = names[kind];
  return [...where.matchAll(pattern)]
    .flatMap(([, name]) => name ?? [])
    .filter((name) => name !== LAUNCHD_ENV);
}

/**
 * A launchd agent. `AbandonProcessGroup` lets the tmux server survive the job. `SuccessfulExit` is false so that it stays
 * stopped after `ccbot stop`, and the job's label is in its environment because of the exit code: see `launchdExitCode`.
 */
export function launchdPlist(o: UnitOptions): string {
  const text = (value: string): string => `<string>${xml(value)}</string>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  ${text(o.name)}
  <key>ProgramArguments</key>
  <array>
${[o.node, o.program, 'supervise', '--patient'].map((word) => `    ${text(word)}`).join('\n')}
  </array>
  <key>EnvironmentVariables</key>
  <dict>
${environmentLines('launchd', { ...o.environment, [LAUNCHD_ENV]: o.name })}
  </dict>
  <key>WorkingDirectory</key>
  ${text(o.cwd)}
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>AbandonProcessGroup</key>
  <true/>
  <key>ExitTimeOut</key>
  <integer>20</integer>
  <key>SoftResourceLimits</key>
  <dict>
    <key>Core</key>
    <integer>0</integer>
  </dict>
  <key>StandardErrorPath</key>
  ${text(`${o.logs}/launchd.log`)}
  <key>StandardOutPath</key>
  <string>/dev/null</string>
</dict>
</plist>
`;
}

/** A carriage return as it is would be read as a line break. */
function xml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/\r/g, '&#13;');
}

/** The `run` script of a runit service. It exports its directory, so that `ccbot stop` can make runsv keep it down. */
export function runitScript(o: UnitOptions): string {
  return `#!/bin/sh
# ccbot, coding agents on your phone
ulimit -S -c 0 2>/dev/null
export ${RUNIT_ENV}="$PWD"
cd ${shellQuote(o.cwd)} || exit 1
${environmentLines('runit', o.environment)}
exec ${[o.node, o.program, 'supervise', '--patient'].map(shellQuote).join(' ')} >/dev/null
`;
}

/** The `finish` script of a runit service. runsv runs it with the exit code of `run`, and restarts whatever ended. */
export const RUNIT_FINISH = `#!/bin/sh
# ccbot, coding agents on your phone
# Another start cannot correct the settings or the installation, so runsv keeps ccbot down after exit code ${EXIT.config}.
[ "$1" = ${EXIT.config} ] || exit 0
printf d >supervise/control
`;
