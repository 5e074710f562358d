import { fault, faultText, type Fault } from '@ccbot/shared/faults/fault';
import type { Config } from '@ccbot/shared/config/schema';
import type { Loaded } from '@ccbot/shared/config/load';
import { ensureDirectories } from '@ccbot/shared/config/paths';
import { commandOf, settingOf, type CommandSource } from '../agents/command-of';
import type { AgentKind } from '../agents/kind';
import { KINDS } from '../agents/registry';
import { findProgram } from '../sessions/lifecycle/find-program';
import { SKIPPED, type CanaryResult, type Finding } from './model';
import { storeResult, troubles } from './result';
import { runCanary } from './run';
import { askVersion, type UserEnvironment } from './version';

/** The options of `ccbot canary`. */
export interface CanaryRequest {
  json: boolean;
  /** How long a check may take, ms. Null: the defaults. */
  patienceMs: number | null;
}

export interface CanaryCommandDeps {
  loaded: Loaded;
  user: UserEnvironment;
  out: NodeJS.WritableStream;
  err: NodeJS.WritableStream;
  now(): number;
}

/**
 * Runs the canary for every installed agent that has one, and stores the results. The exit code is 0 when everything
 * works, 1 when a check fails, 78 when the canary cannot run.
 */
export async function canaryCommand(request: CanaryRequest, deps: CanaryCommandDeps): Promise<number> {
  const { loaded, out } = deps;
  const refuse = (f: Fault | undefined): number => {
    if (f !== undefined) deps.err.write(`ccbot: ${faultText(f)}\n`);
    return f?.exit ?? 78;
  };
  if (!loaded.ok) {
    for (const other of loaded.faults.slice(1)) refuse(other);
    return refuse(loaded.faults[0]);
  }
  const trouble = ensureDirectories(loaded.paths);
  if (trouble !== null) return refuse(trouble);
  const results: CanaryResult[] = [];
  for (const [kind, source] of kindsWithCanary()) {
    const command = await installedCommand(commandOf(source, loaded.config), deps.user.path);
    if (command === null) continue;
    const result = await testKind(kind, { command, tmux: loaded.config.CCBOT_TMUX }, request, deps);
    storeResult(loaded.paths.dir, result);
    results.push(result);
    if (!request.json) out.write(`${report(kind.title, result)}\n`);
  }
  if (results.length === 0) return refuse(notInstalled(loaded.config));
  const ok = results.every((result) => troubles(result).length === 0);
  if (request.json) out.write(`${JSON.stringify({ ok, results })}\n`);
  return ok ? 0 : 1;
}

const kindsWithCanary = (): [AgentKind, CommandSource][] =>
  KINDS.flatMap((kind) =>
    kind.canary === null || kind.settings === null ? [] : [[kind, kind.settings.command]],
  );

/** A command with the path of its program. Null: not installed. */
async function installedCommand(
  [name = '', ...args]: readonly string[],
  path: string,
): Promise<string[] | null> {
  const program = await findProgram(name, path);
  return program === null ? null : [program, ...args];
}

async function testKind(
  kind: AgentKind,
  { command, tmux }: { command: readonly string[]; tmux: string },
  { patienceMs }: CanaryRequest,
  { user, now }: CanaryCommandDeps,
): Promise<CanaryResult> {
  const version = await askVersion(command, user);
  const patience = patienceMs === null ? {} : { patience: { ready: patienceMs, other: patienceMs } };
  return runCanary({ kind, command, version }, { path: user.path, tmux, now, ...patience });
}

function notInstalled(config: Config): Fault | undefined {
  const [first] = kindsWithCanary();
  if (first === undefined) return undefined;
  const [{ id }, source] = first;
  return fault('SETTING_INVALID', {
    key: settingOf(source) || id,
    why: `${commandOf(source, config)[0] ?? ''} was not found`,
    source: 'the settings',
  });
}

function report(title: string, result: CanaryResult): string {
  const head = `${title}: ${result.version || 'reports no version'}`;
  return [head, ...result.findings.map(reportLine)].join('\n');
}

function reportLine({ step, ok, trouble }: Finding): string {
  if (ok) return `  ✓ ${step}`;
  return `  ✗ ${step}: ${trouble === SKIPPED ? 'skipped' : trouble}`;
}
