import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { USAGE_ERROR } from '@ccbot/shared/cli/command-line';
import { faultText, FaultError } from '@ccbot/shared/faults/fault';
import { EXIT } from '@ccbot/shared/protocol/exit-codes';
import { KINDS } from '../agents/registry';
import { denyState, type DenyState } from './deny';
import {
  denyPlace,
  install,
  uninstall,
  type Edit,
  type Edited,
  type EditPlace,
  type HookedKind,
} from './edit';
import { hookCommandFor } from './entries';
import { goneFiles, hookReport } from './report';
import { readSettings } from './settings-file';
import { ownStatusLine, statusLineState } from './statusline-setting';
import { hooksOff, offText } from './switched-off';

/** The options of `ccbot hook --install|--uninstall|--status`. */
export interface HookRequest {
  action: 'install' | 'uninstall' | 'status';
  json: boolean;
  /** An agent's name, or `all`. Absent: the agents that are set up on this machine. */
  agent?: string;
  /** With `install`: also adds the rules that keep agents from ccbot's directory and tmux. */
  denyRules: boolean;
}

export interface HookCommandDeps extends EditPlace {
  terminal: { out: NodeJS.WritableStream; err: NodeJS.WritableStream };
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
    deps.terminal.err.write(
      `ccbot: no agent with hooks is called “${request.agent}”; use ${known.join(', ')} or all\n`,
    );
    return USAGE_ERROR;
  }
  const codes = kinds.map((kind) => applyTo(kind, request, deps));
  return codes.find((code) => code !== EXIT.ok) ?? EXIT.ok;
}

function applyTo(kind: HookedKind, request: HookRequest, deps: HookCommandDeps): number {
  const path = kind.hooks.file(deps.home, deps.env);
  const { out, err } = deps.terminal;
  try {
    const edited = { kind, path, before: readSettings(path) ?? {}, place: deps };
    const outcome = outcomeOf(edited, applyAction(request, edited));
    out.write(request.json ? `${JSON.stringify(outcome)}\n` : `${summary(kind, request, outcome)}\n`);
    const isGood = outcome.state === 'installed' && outcome.off.length + outcome.gone.length === 0;
    return request.action === 'status' && !isGood ? 1 : EXIT.ok;
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    err.write(`ccbot: ${faultText(error.fault)}\n`);
    return error.fault.exit;
  }
}

function applyAction(request: HookRequest, edited: Edited): Edit {
  switch (request.action) {
    case 'status':
      return { settings: edited.before, changed: false };
    case 'uninstall':
      return uninstall(edited);
    case 'install':
      return install(edited, request.denyRules);
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
  /** Says nothing about `state`: the user may not want these rules. */
  denyRules: DenyState;
  /** Files that the installed hooks name and that are not there. */
  gone: readonly string[];
  /** What keeps the agent from running hooks although they are there. */
  off: readonly string[];
}

function outcomeOf({ kind, path, place }: Edited, { settings, changed }: Edit): Outcome {
  const { id: agent, statusLine: hasStatusLine, hooks, deny } = kind;
  const command = hookCommandFor(place.command, agent);
  const report = hookReport(settings, command, hooks.events);
  const { version } = report;
  const denyRules = denyState(deny, settings, denyPlace(place));
  const off = hooksOff(hooks, { ...place, projects: place.projects ?? [], platform: process.platform });
  const gone = goneFiles(settings, hooks.events, ownStatusLine(settings));
  const outcome = { agent, path, changed, version, command, denyRules, gone, off: off.map(offText) };
  if (!hasStatusLine) return { ...outcome, state: report.state, events: report.events };
  const line = statusLineState(settings, place.statusLine);
  const events = { ...report.events, 'status line': line };
  // A status line that is no command is the user's own choice.
  const state = report.state !== 'installed' || line === 'foreign' ? report.state : line;
  return { ...outcome, state, events };
}

function summary(
  { title, hooks: { afterInstall } }: HookedKind,
  { action }: HookRequest,
  { path, changed, version, events, denyRules, gone, off }: Outcome,
): string {
  const head = action === 'status' ? path : `${path}: ${changed ? 'changed' : 'nothing to change'}`;
  const lines = [`${title}: ${head}`];
  if (version !== null) lines.push(`  installed by ccbot ${version}`);
  for (const [event, state] of Object.entries(events)) lines.push(`  ${event}: ${state}`);
  lines.push(`  deny rules: ${denyRules}`);
  for (const file of gone) lines.push(`  hooks fail: ${file} is gone`);
  for (const reason of off) lines.push(`  hooks do not run: switched off by ${reason}`);
  if (changed && action === 'install' && afterInstall !== undefined) lines.push(afterInstall);
  return lines.join('\n');
}
