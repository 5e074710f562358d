import { RUNIT_ENV } from './runit';

/** What a service is made from. */
export interface UnitOptions {
  /** Absolute. */
  node: string;
  /** The program's launcher, absolute. */
  program: string;
  /** Where it runs; a `.env` here counts. */
  cwd: string;
  /** What it is told by the environment; never a secret. */
  environment: Readonly<Record<string, string>>;
  /** The service's name, such as `ccbot`. */
  name: string;
  /** Where launchd puts what is said before the log is open. */
  logs: string;
}

/**
 * A systemd user unit. `KillMode=process`: a tmux server that the worker started is in the unit's group and must
 * survive it. No `RuntimeDirectory` and no private `/tmp`: tmux's socket is there. No file-system or privilege
 * sandbox, because the agents inherit it and work in the home's projects as the person does. Only the core dump
 * is forbidden: the token would be in it.
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
Restart=on-failure
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

/** A word as systemd reads it: quoted, with its specifiers (and, in a command, its variables) taken literally. */
function systemdWord(text: string, command = true): string {
  const quoted = text.replace(/[\\"]/g, '\\$&').replace(/%/g, '%%');
  return `"${command ? quoted.replace(/\$/g, '$$$$') : quoted}"`;
}

/**
 * A launchd agent. `AbandonProcessGroup`: the tmux server survives the job. Started again after a failure only:
 * after `ccbot stop` it stays stopped.
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

/** The `run` script of a runit service. It tells where it lies, so that `ccbot stop` can have runsv keep it down. */
export function runitScript(o: UnitOptions): string {
  return `#!/bin/sh
# ccbot, coding agents on your phone
export ${RUNIT_ENV}="$PWD"
cd ${shellWord(o.cwd)} || exit 1
${Object.entries(o.environment)
  .map(([name, value]) => `export ${name}=${shellWord(value)}`)
  .join('\n')}
exec ${[o.node, o.program, 'supervise', '--patient'].map(shellWord).join(' ')} >/dev/null
`;
}

function shellWord(text: string): string {
  return `'${text.replace(/'/g, `'\\''`)}'`;
}
