import { wantsColour } from '@ccbot/shared/cli/colour';
import { execFile } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Loaded } from '@ccbot/shared/config/load';
import { reasonOf } from '@ccbot/shared/faults/fault';
import type { Request } from '../cli';
import type { Fix } from '../doctor/deps';
import { examine } from '../doctor/examine';
import { isBroken, renderCheck, renderSum } from '../doctor/render';
import type { Environment, Ran } from '../host';
import { detectKind } from '../service/manager';
import type { CommandDeps } from './deps';
import { managerOf } from './service';

/** The time limit for a program, ms. */
const RUN_MS = 15_000;

/** `ccbot doctor`: prints one line per check and returns 1 if something is broken. */
export async function doctor(
  request: Extract<Request, { run: 'doctor' }>,
  loaded: Loaded,
  deps: CommandDeps,
): Promise<number> {
  const { out } = deps.terminal;
  const { env } = deps.host;
  const colour = wantsColour(out, env);
  const { checks, fixes } = await examine(
    {
      loaded,
      host: deps.host,
      installation: deps.installation,
      service() {
        const kind = detectKind(process.platform, env);
        return kind === null || !loaded.ok ? null : managerOf(kind, loaded, deps);
      },
      run: (program, args, timeoutMs) => run(program, args, env, timeoutMs),
      now: () => deps.now(),
    },
    request.repair,
    (found) => {
      if (!request.json) for (const check of found) out.write(renderCheck(check, colour));
    },
  );
  if (request.json) out.write(`${JSON.stringify({ ok: !isBroken(checks), checks })}\n`);
  else out.write(renderSum(checks));
  if (request.fix) await applyAll(fixes, request.yes, deps);
  return isBroken(checks) ? 1 : 0;
}

/** Applies the fixes, asking before each one unless `sure`. */
async function applyAll(fixes: readonly Fix[], sure: boolean, deps: CommandDeps): Promise<void> {
  const say = (text: string): void => void deps.terminal.err.write(`${text}\n`);
  if (fixes.length === 0) return say('There is nothing to fix automatically.');
  for (const fix of fixes) {
    if (!sure && !(await agreed(fix.offer, deps))) {
      say(`Skipped: ${fix.offer}`);
      continue;
    }
    try {
      say(await fix.apply());
    } catch (error) {
      say(`Failed: ${reasonOf(error)}`);
    }
  }
}

/** Asks on the terminal. Without one, the answer is no. */
function agreed(question: string, deps: CommandDeps): Promise<boolean> {
  if (deps.terminal.in.isTTY !== true) return Promise.resolve(false);
  return new Promise((resolve) => {
    const terminal = createInterface({ input: deps.terminal.in, output: deps.terminal.err });
    terminal.on('close', () => resolve(false));
    terminal.question(`${question} [y/N] `, (answer) => {
      resolve(/^y(es)?$/i.test(answer.trim()));
      terminal.close();
    });
  });
}

function run(program: string, args: readonly string[], env: Environment, timeout = RUN_MS): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(
      program,
      args,
      { env: { ...env }, timeout, maxBuffer: 16 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 127;
        resolve({ code, stdout, stderr: code === 127 ? `${stderr}${reasonOf(error)}` : stderr });
      },
    );
  });
}
