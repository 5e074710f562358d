import { shellQuote } from '@ccbot/shared/cli/shell-quote';
import { CREDENTIAL } from '@ccbot/shared/config/token';
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
  /** Never contains a secret. */
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
WorkingDirectory=${o.cwd.replace(/%/g, '%%')}
${Object.entries(o.environment)
  .map(([name, value]) => `Environment=${systemdWord(`${name}=${value}`, false)}`)
  .join('\n')}
${o.credential === null ? '' : credentialLine(o.credential)}Restart=on-failure
RestartSec=2
RestartPreventExitStatus=78
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
  return `${name}=${CREDENTIAL}:${path.replace(/%/g, '%%')}\n`;
}

/** Quotes a word for systemd and escapes its specifiers and, in a command, its variables. */
function systemdWord(text: string, command = true): string {
  const quoted = text.replace(/[\\"]/g, '\\$&').replace(/%/g, '%%');
  return `"${command ? quoted.replace(/\$/g, '$$$$') : quoted}"`;
}

/**
 * A launchd agent. `AbandonProcessGroup` lets the tmux server survive the job. `SuccessfulExit` is false so that it stays
 * stopped after `ccbot stop`.
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
${Object.entries(o.environment)
  .map(([name, value]) => `    <key>${xml(name)}</key>\n    ${text(value)}`)
  .join('\n')}
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

function xml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** The `run` script of a runit service. It exports its directory, so that `ccbot stop` can make runsv keep it down. */
export function runitScript(o: UnitOptions): string {
  return `#!/bin/sh
# ccbot, coding agents on your phone
ulimit -S -c 0 2>/dev/null
export ${RUNIT_ENV}="$PWD"
cd ${shellQuote(o.cwd)} || exit 1
${Object.entries(o.environment)
  .map(([name, value]) => `export ${name}=${shellQuote(value)}`)
  .join('\n')}
exec ${[o.node, o.program, 'supervise', '--patient'].map(shellQuote).join(' ')} >/dev/null
`;
}
