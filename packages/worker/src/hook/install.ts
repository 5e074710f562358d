import { USAGE_ERROR } from '@ccbot/shared/cli/command-line';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fault, faultText, FaultError } from '@ccbot/shared/faults/fault';
import { EXIT } from '@ccbot/shared/protocol/exit-codes';
import type { AgentKind, HookSetup } from '../agents/kind';
import { KINDS } from '../agents/registry';
import { hookCommandFor, misshapen, withHooks, withoutHooks } from './entries';
import { hookReport } from './report';
import { readSettings, writeSettings } from './settings-file';
import { statusLineState, withStatusLine, withoutStatusLine } from './statusline-setting';

/** A kind of agent that has hooks. */
export type HookedKind = AgentKind & { hooks: HookSetup };

/** What `ccbot hook --install|--uninstall|--status` is given. */
export interface HookCommand {
  action: 'install' | 'uninstall' | 'status';
  json: boolean;
  /** One agent's name, or `all`; absent: those that are set up on this machine. */
  agent?: string;
}

/** What the command works on. */
export interface HookCommandDeps {
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  /** What the agents are to run, but for their names; see `hookCommandLine`. */
  command: string;
  /** What an agent is to run for its status line; see `hookCommandLine`. */
  statusLine: string;
  out: NodeJS.WritableStream;
  err: NodeJS.WritableStream;
}

/**
 * The agents whose hooks are meant: the one that is named, `all`, or those whose folder of settings is there, and the
 * first of all where there is none. Empty for a name that no agent with hooks has.
 */
export function hookedKinds(
  deps: Pick<HookCommandDeps, 'env' | 'home'>,
  agent: string | undefined,
): HookedKind[] {
  const hooked = KINDS.filter((kind): kind is HookedKind => kind.hooks !== null);
  if (agent === 'all') return hooked;
  if (agent !== undefined) return hooked.filter((kind) => kind.id === agent);
  const there = hooked.filter(({ hooks }) => existsSync(dirname(hooks.file(deps.home, deps.env))));
  return there.length > 0 ? there : hooked.slice(0, 1);
}

/**
 * Installs, removes or shows the hooks of each agent that is meant; the exit code is 0, or 78 with the reason on `err`,
 * or 2 for an unknown agent. `--status` exits 1 when something is missing. An agent whose file cannot be used does not
 * keep the others from being served.
 */
export function hookCommand(request: HookCommand, deps: HookCommandDeps): number {
  const kinds = hookedKinds(deps, request.agent);
  if (kinds.length === 0) {
    const known = hookedKinds(deps, 'all').map(({ id }) => id);
    deps.err.write(
      `ccbot: no agent with hooks is called “${request.agent}”; say ${known.join(', ')} or all\n`,
    );
    return USAGE_ERROR;
  }
  const codes = kinds.map((kind) => serve(kind, request, deps));
  return codes.find((code) => code !== EXIT.ok) ?? EXIT.ok;
}

function serve(kind: HookedKind, request: HookCommand, deps: HookCommandDeps): number {
  const { statusLine } = kind;
  const { file, events: wanted, afterInstall } = kind.hooks;
  const path = file(deps.home, deps.env);
  const command = hookCommandFor(deps.command, kind.id);
  try {
    const before = readSettings(path) ?? {};
    let after = before;
    if (request.action === 'install') {
      const reason = misshapen(before, wanted);
      if (reason !== null) throw new FaultError(fault('HOOKS_SETTINGS_BROKEN', { path, reason }));
      after = statusLine ? withStatusLine(before, deps.statusLine) : before;
      after = withHooks(after, command, wanted);
    }
    if (request.action === 'uninstall') after = withoutStatusLine(withoutHooks(before));
    const changed = JSON.stringify(after) !== JSON.stringify(before);
    if (changed) writeSettings(path, after);
    const { state: hooks, events: own, version } = hookReport(after, command, wanted);
    const line = statusLine ? statusLineState(after, deps.statusLine) : 'foreign';
    const events = statusLine ? { ...own, 'status line': line } : own;
    // A status line that is no command is the person's own choice.
    const state = hooks !== 'installed' || line === 'foreign' ? hooks : line;
    if (request.json) {
      const report = { agent: kind.id, path, changed, state, version, events, command };
      deps.out.write(`${JSON.stringify(report)}\n`);
    } else {
      const lines = Object.entries(events).map(([event, one]) => `  ${event}: ${one}`);
      if (version !== null) lines.unshift(`  of ccbot ${version}`);
      const what =
        request.action === 'status' ? path : `${path}: ${changed ? 'changed' : 'nothing to change'}`;
      if (changed && request.action === 'install' && afterInstall !== undefined) lines.push(afterInstall);
      deps.out.write(`${[`${kind.title}: ${what}`, ...lines].join('\n')}\n`);
    }
    return request.action === 'status' && state !== 'installed' ? 1 : EXIT.ok;
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    deps.err.write(`ccbot: ${faultText(error.fault)}\n`);
    return error.fault.exit;
  }
}
