import { fault, faultText, type Fault } from '@ccbot/shared/faults/fault';
import type { Config } from '@ccbot/shared/config/schema';
import type { Loaded } from '@ccbot/shared/config/load';
import { ensureDirectories } from '@ccbot/shared/config/paths';
import { commandOf, settingOf, type CommandSource } from '../agents/command-of';
import type { AgentKind } from '../agents/kind';
import { KINDS } from '../agents/registry';
import { findProgram } from '../sessions/lifecycle/opener';
import { keepResult, troubles, type CanaryResult } from './result';
import { runCanary } from './run';
import { askVersion } from './version';

/** What `ccbot canary` is given. */
export interface CanaryCommandDeps {
  loaded: Loaded;
  json: boolean;
  /** How long a step may take, ms; null: as long as is usual. */
  patienceMs: number | null;
  path: string;
  /** The person's home. */
  home: string;
  out: NodeJS.WritableStream;
  err: NodeJS.WritableStream;
  now(): number;
}

/**
 * Runs the canary for every agent that has one and is installed, and keeps what it found; the exit code is 0 when all
 * works, 1 when something does not, 78 when it cannot run.
 */
export async function canaryCommand(deps: CanaryCommandDeps): Promise<number> {
  const { loaded, out } = deps;
  const refuse = (f: Fault | undefined): number => {
    if (f !== undefined) deps.err.write(`ccbot: ${faultText(f)}\n`);
    return f?.exit ?? 78;
  };
  if (!loaded.ok) {
    for (const one of loaded.faults.slice(1)) refuse(one);
    return refuse(loaded.faults[0]);
  }
  const trouble = ensureDirectories(loaded.paths);
  if (trouble !== null) return refuse(trouble);
  const results: CanaryResult[] = [];
  for (const [kind, source] of kindsWithCanary()) {
    const command = await installed(commandOf(source, loaded.config), deps.path);
    if (command === null) continue; // not installed
    const version = await askVersion(command, deps);
    const result = await runCanary({
      ...{ kind, command, version, path: deps.path, now: deps.now },
      ...(deps.patienceMs === null ? {} : { patience: { ready: deps.patienceMs, other: deps.patienceMs } }),
    });
    keepResult(loaded.paths.dir, result);
    results.push(result);
    if (!deps.json) out.write(`${report(kind.title, result)}\n`);
  }
  if (results.length === 0) return refuse(noneFound(loaded.config));
  const ok = results.every((result) => troubles(result).length === 0);
  if (deps.json) out.write(`${JSON.stringify({ ok, results })}\n`);
  return ok ? 0 : 1;
}

const kindsWithCanary = (): [AgentKind, CommandSource][] =>
  KINDS.flatMap((kind) =>
    kind.canary === null || kind.settings === null ? [] : [[kind, kind.settings.command]],
  );

/** A command with the path of its program; null: it is not installed. */
async function installed([name = '', ...rest]: readonly string[], path: string): Promise<string[] | null> {
  const program = await findProgram(name, path);
  return program === null ? null : [program, ...rest];
}

function noneFound(config: Config): Fault | undefined {
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
  const lines = result.findings.map(
    ({ step, ok, trouble }) => `  ${ok ? '✓' : '✗'} ${step}${ok ? '' : `: ${trouble}`}`,
  );
  return [`${title}: ${result.version || 'it tells no version'}`, ...lines].join('\n');
}
