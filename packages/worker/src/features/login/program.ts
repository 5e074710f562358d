import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { agentEnvironment } from '@ccbot/shared/environment/agents';
import type { World } from '../../app/model';
import type { LoginStatus } from '../../agents/login';
import { withheldFromAgents } from '../../agents/withheld';
import type { PtyProgram, PtyProgramOptions } from '../../terminal/pty/program';
import type { LoginTarget } from './target';

/** How long an agent may take to print its login status, ms. */
const STATUS_TIMEOUT_MS = 30_000;

/** Runs the agents' own login programs. */
export interface LoginPrograms {
  /** Runs a program on a terminal of its own. Rejects when it cannot be started. */
  start(options: Pick<PtyProgramOptions, 'argv' | 'onData' | 'onExit'>): Promise<PtyProgram>;
  /** Runs a program to its end. Resolves with its output, null when it exits with an error; rejects when it cannot be run. */
  output(argv: readonly string[]): Promise<string | null>;
}

export function createLoginPrograms(world: Pick<World, 'config' | 'env' | 'home'>): LoginPrograms {
  const cwd = world.home;
  const env = { ...agentEnvironment(world.env, withheldFromAgents(world.config)), TERM: 'xterm-256color' };
  return {
    async start(options) {
      const { runOnPty } = await import('../../terminal/pty/program');
      return runOnPty({ ...options, cwd, env });
    },
    async output([program = '', ...args]) {
      try {
        const { stdout } = await promisify(execFile)(program, args, { env, cwd, timeout: STATUS_TIMEOUT_MS });
        return stdout;
      } catch (error) {
        if (typeof (error as { code?: unknown }).code === 'number') return null; // its own exit code
        throw error;
      }
    },
  };
}

/** Asks an agent for its login status. Null when it does not say; rejects when its program cannot be run. */
export async function loginStatus(
  programs: LoginPrograms,
  { login, command }: LoginTarget,
): Promise<LoginStatus | null> {
  const printed = await programs.output(login.statusArgv(command));
  return printed === null ? null : login.readStatus(printed);
}
