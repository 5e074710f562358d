import { fault, faultText } from '@ccbot/shared/faults/fault';
import type { Loaded } from '@ccbot/shared/config/load';
import { ensureDirectories } from '@ccbot/shared/config/paths';
import { KINDS } from '../agents/registry';
import { replaceFile } from '../hook/replace-file';
import { findProgram } from '../sessions/opener';
import { canaryPath, troubles } from './result';
import { runCanary } from './run';
import { askVersion } from './version';

/** What `ccbot canary` is given. */
export interface CanaryCommandDeps {
  loaded: Loaded;
  json: boolean;
  path: string;
  out: NodeJS.WritableStream;
  err: NodeJS.WritableStream;
  now(): number;
}

/** Runs the canary and keeps what it found; the exit code is 0 when all works, 1 when something does not, 78 when it cannot run. */
export async function canaryCommand(deps: CanaryCommandDeps): Promise<number> {
  const { loaded, out } = deps;
  if (!loaded.ok) {
    for (const one of loaded.faults) deps.err.write(`ccbot: ${faultText(one)}\n`);
    return loaded.faults[0]?.exit ?? 78;
  }
  const kind = KINDS.find(({ canary, settings }) => canary !== null && settings !== null);
  if (kind === undefined || kind.settings === null) throw new Error('no kind of agent has a canary');
  const key = kind.settings.command;
  const [name = '', ...rest] = loaded.config[key];
  const program = await findProgram(name, deps.path);
  if (program === null) {
    const f = fault('SETTING_INVALID', {
      key,
      why: `${name} was not found`,
      source: 'the settings',
    });
    deps.err.write(`ccbot: ${faultText(f)}\n`);
    return f.exit;
  }
  const command = [program, ...rest];
  const version = await askVersion(command, deps.path);
  const result = await runCanary({ kind, command, version, path: deps.path, now: deps.now });
  const trouble = ensureDirectories(loaded.paths);
  if (trouble !== null) {
    deps.err.write(`ccbot: ${faultText(trouble)}\n`);
    return trouble.exit;
  }
  replaceFile(canaryPath(loaded.paths.dir), `${JSON.stringify(result)}\n`, 0o600);
  const wrong = troubles(result);
  if (deps.json) out.write(`${JSON.stringify({ ok: wrong.length === 0, ...result })}\n`);
  else {
    const lines = result.findings.map(
      ({ step, ok, trouble }) => `  ${ok ? '✓' : '✗'} ${step}${ok ? '' : `: ${trouble}`}`,
    );
    out.write(`${[result.version || 'the agent tells no version', ...lines].join('\n')}\n`);
  }
  return wrong.length === 0 ? 0 : 1;
}
