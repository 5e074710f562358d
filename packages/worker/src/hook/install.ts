import { USAGE_ERROR } from '@ccbot/shared/cli/command-line';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fault, faultText, FaultError } from '@ccbot/shared/faults/fault';
import { EXIT } from '@ccbot/shared/protocol/exit-codes';
import type { AgentKind, HookSetup } from '../agents/kind';
import { KINDS } from '../agents/registry';
import { hookCommandFor, misshapen, withHooks, withoutHooks } from './entries';
import type { JsonObject } from './json';
import { hookReport } from './report';
import { readSettings, writeSettings } from './settings-file';
import { statusLineState, withStatusLine, withoutStatusLine } from './statusline-setting';

export type HookedKind = AgentKind & { hooks: HookSetup };

/** The options of `ccbot hook --install|--uninstall|--status`. */
export interface HookRequest {
  action: 'install' | 'uninstall' | 'status';
  json: boolean;
  /** An agent's name, or `all`. Absent: the agents that are set up on this machine. */
  agent?: string;
}

export interface HookCommandDeps {
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  /** The command of the hooks, without the agent's name; see `hookCommandLine`. */
  command: string;
  /** The command of the status line; see `hookCommandLine`. */
  statusLine: string;
  out: NodeJS.WritableStream;
  err: NodeJS.WritableStream;
}

/**
 * The selected agents with hooks: the named one, or `all`, or by default those with a settings directory, or else the
 * first agent. Empty for an unknown name.
 */
export function hookedKinds(
  deps: Pick<HookCommandDeps, 'env' | 'home'>,
  agent: string | undefined,
): HookedKind[] {
  const hooked = KINDS.filter((kind): kind is HookedKind => kind.hooks !== null);
  if (agent === 'all') return hooked;
  if (agent !== undefined) return hooked.filter((kind) => kind.id === agent);
  const installed = hooked.filter(({ hooks }) => existsSync(dirname(hooks.file(deps.home, deps.env))));
  return installed.length > 0 ? installed : hooked.slice(0, 1);
}

/**
 * Installs, removes or shows the hooks of the selected agents. The exit code is 0, or 78 with the reason on `err`, or 2
 * for an unknown agent. `--status` exits with 1 when something is missing. An unusable settings file of one agent does
 * not affect the others.
 */
export function hookCommand(request: HookRequest, deps: HookCommandDeps): number {
  const kinds = hookedKinds(deps, request.agent);
  if (kinds.length === 0) {
    const known = hookedKinds(deps, 'all').map(({ id }) => id);
    deps.err.write(
      `ccbot: no agent with hooks is called “${request.agent}”; use ${known.join(', ')} or all\n`,
    );
    return USAGE_ERROR;
  }
  const codes = kinds.map((kind) => applyTo(kind, request, deps));
  return codes.find((code) => code !== EXIT.ok) ?? EXIT.ok;
}

function applyTo(kind: HookedKind, request: HookRequest, deps: HookCommandDeps): number {
  const path = kind.hooks.file(deps.home, deps.env);
  try {
    const before = readSettings(path) ?? {};
    const after = settingsAfter(request.action, before, kind, deps, path);
    const changed = JSON.stringify(after) !== JSON.stringify(before);
    if (changed) writeSettings(path, after);
    const outcome = outcomeOf(after, kind, deps, path, changed);
    deps.out.write(request.json ? `${JSON.stringify(outcome)}\n` : `${summary(kind, request, outcome)}\n`);
    return request.action === 'status' && outcome.state !== 'installed' ? 1 : EXIT.ok;
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    deps.err.write(`ccbot: ${faultText(error.fault)}\n`);
    return error.fault.exit;
  }
}

function settingsAfter(
  action: HookRequest['action'],
  before: JsonObject,
  { id, statusLine, hooks }: HookedKind,
  deps: HookCommandDeps,
  path: string,
): JsonObject {
  switch (action) {
    case 'status':
      return before;
    case 'uninstall':
      return withoutStatusLine(withoutHooks(before));
    case 'install': {
      const reason = misshapen(before, hooks.events);
      if (reason !== null) throw new FaultError(fault('HOOKS_SETTINGS_BROKEN', { path, reason }));
      const settings = statusLine ? withStatusLine(before, deps.statusLine) : before;
      return withHooks(settings, hookCommandFor(deps.command, id), hooks.events);
    }
  }
}

/** The result for one agent, as `--json` prints it. */
interface Outcome {
  agent: string;
  path: string;
  changed: boolean;
  state: string;
  version: string | null;
  events: Readonly<Record<string, string>>;
  command: string;
}

function outcomeOf(
  settings: JsonObject,
  { id, statusLine: hasStatusLine, hooks }: HookedKind,
  deps: HookCommandDeps,
  path: string,
  changed: boolean,
): Outcome {
  const command = hookCommandFor(deps.command, id);
  const report = hookReport(settings, command, hooks.events);
  const { version } = report;
  if (!hasStatusLine) {
    return { agent: id, path, changed, state: report.state, version, events: report.events, command };
  }
  const line = statusLineState(settings, deps.statusLine);
  const events = { ...report.events, 'status line': line };
  // A status line that is no command is the user's own choice.
  const state = report.state !== 'installed' || line === 'foreign' ? report.state : line;
  return { agent: id, path, changed, state, version, events, command };
}

function summary(
  { title, hooks: { afterInstall } }: HookedKind,
  { action }: HookRequest,
  { path, changed, version, events }: Outcome,
): string {
  const head = action === 'status' ? path : `${path}: ${changed ? 'changed' : 'nothing to change'}`;
  const lines = [`${title}: ${head}`];
  if (version !== null) lines.push(`  installed by ccbot ${version}`);
  for (const [event, state] of Object.entries(events)) lines.push(`  ${event}: ${state}`);
  if (changed && action === 'install' && afterInstall !== undefined) lines.push(afterInstall);
  return lines.join('\n');
}
