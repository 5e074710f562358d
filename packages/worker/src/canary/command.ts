import { fault, faultText } from '@ccbot/shared/faults/fault';
import type { Loaded } from '@ccbot/shared/config/load';
import { ensureDirectories } from '@ccbot/shared/config/paths';
import { replaceFile } from '../hook/replace-file';
import { findProgram } from '../sessions/opener';
import { canaryPath, troubles } from './result';
import { runCanary } from './run';

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
  const [name = '', ...rest] = loaded.config.CLAUDE_COMMAND;
  const program = await findProgram(name, deps.path);
  if (program === null) {
    const f = fault('SETTING_INVALID', {
      key: 'CLAUDE_COMMAND',
      why: `${name} was not found`,
      source: 'the settings',
    });
    deps.err.write(`ccbot: ${faultText(f)}\n`);
    return f.exit;
  }
  const result = await runCanary({ command: [program, ...rest], path: deps.path, now: deps.now });
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
