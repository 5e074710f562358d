import { wantsColour } from '@ccbot/shared/cli/colour';
import { execFile } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Loaded } from '@ccbot/shared/config/load';
import { reasonOf } from '@ccbot/shared/faults/fault';
import type { Request } from '../cli';
import { withVariablesOf } from '@ccbot/shared/environment/service';
import type { DoctorDeps, Fix } from '../doctor/deps';
import { inspectionOf } from '../status/inspect';
import { runningEnvironment } from '../status/running';
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
  const { out, err } = deps.terminal;
  const colour = wantsColour(out, deps.host.env);
  const world = await doctorDeps(loaded, deps);
  const { checks, fixes } = await examine(world, request.repair, (found) => {
    if (!request.json) for (const check of found) out.write(renderCheck(check, colour));
  });
  if (request.json) out.write(`${JSON.stringify({ ok: !isBroken(checks), checks })}\n`);
  else out.write(renderSum(checks));
  if (!request.fix || (await applyAll(fixes, request.yes, deps)) === 0) return isBroken(checks) ? 1 : 0;
  // What was fixed shows only in what is found now.
  const after = (await examineAgain(deps)).checks;
  for (const check of after.filter(({ verdict }) => verdict === 'bad')) err.write(renderCheck(check, false));
  err.write(`After the changes, ${renderSum(after)}`);
  return isBroken(after) ? 1 : 0;
}

async function examineAgain(deps: CommandDeps): ReturnType<typeof examine> {
  return examine(await doctorDeps(await deps.load(), deps), false, () => undefined);
}

async function doctorDeps(loaded: Loaded, deps: CommandDeps): Promise<DoctorDeps> {
  const shell = deps.host.env;
  const instance = inspectionOf(loaded.paths);
  // Both ask the supervisor; one that is stuck is waited for once.
  const [running] = await Promise.all([runningEnvironment(deps.paths), instance()]);
  const env = running === null ? shell : withVariablesOf(shell, running.variables);
  return {
    loaded,
    host: { ...deps.host, shell, running, instance },
    installation: deps.installation,
    service() {
      const kind = detectKind(process.platform, shell);
      return kind === null || !loaded.ok ? null : managerOf(kind, loaded, deps);
    },
    run: (program, args, timeoutMs) => run(program, args, env, timeoutMs),
    now: () => deps.now(),
  };
}

/** Applies the fixes, asking before each one unless `sure`. Returns how many were applied. */
async function applyAll(fixes: readonly Fix[], sure: boolean, deps: CommandDeps): Promise<number> {
  const say = (text: string): void => void deps.terminal.err.write(`${text}\n`);
  let applied = 0;
  if (fixes.length === 0) say('There is nothing to fix automatically.');
  for (const fix of fixes) {
    if (!sure && !(await agreed(fix.offer, deps))) {
      say(`Skipped: ${fix.offer}`);
      continue;
    }
    try {
      say(await fix.apply());
      applied++;
    } catch (error) {
      say(`Failed: ${reasonOf(error)}`);
    }
  }
  return applied;
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

export function run(
  program: string,
  args: readonly string[],
  env: Environment,
  timeout = RUN_MS,
): Promise<Ran> {
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
