import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { createClaude } from '../agents/claude/claude';
import { createTmuxPanes } from '../terminal/tmux/panes';
import { startCanaryModel, type CanaryModel } from './model';
import type { CanaryResult, Finding } from './result';

const run = promisify(execFile);

/** How long a step may take, ms: an agent starts in some seconds, on a busy machine in some tens of them. */
const STEP_MS = { ready: 45_000, other: 20_000 };

const SESSION = 'canary';
const ANSWER = 'canary answer';
const PROMPT = 'ccbot canary: first line\nsecond - line';

/** What the canary is given. */
export interface CanaryDeps {
  /** The agent's command line, its program resolved to a path. */
  command: readonly string[];
  /** The search path for the agent and tmux. */
  path: string;
  now(): number;
}

/**
 * Lets the agent live through two turns in a tmux server, a home and a project of its own, against a model on loopback:
 * is it seen to be ready, is a prompt typed as it is, does its transcript tell the answer, is a dialog seen and
 * answered? Touches nothing of the person's, and costs nothing.
 */
export async function runCanary(deps: CanaryDeps): Promise<CanaryResult> {
  const [program = '', ...rest] = deps.command;
  const said = await run(program, [...rest, '--version'], { timeout: 20_000, env: { PATH: deps.path } }).then(
    ({ stdout }) => stdout.trim().split('\n')[0] ?? '',
    () => '',
  );
  const dir = mkdtempSync(join(tmpdir(), 'ccbot-canary-'));
  const model = await startCanaryModel(({ texts, result }) =>
    !result && texts.some((text) => text.includes('canary asks'))
      ? { command: `touch ${join(dir, 'project', 'touched')}` }
      : { text: ANSWER },
  );
  try {
    const findings = await look(deps, dir, model);
    return { agent: 'claude', version: said.slice(0, 80), at: deps.now(), findings };
  } finally {
    await model.close();
    rmSync(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

async function look(deps: CanaryDeps, dir: string, model: CanaryModel): Promise<Finding[]> {
  const env = { PATH: deps.path, LANG: 'C.UTF-8', TERM: 'xterm-256color', ...prepare(dir, model.url) };
  const socket = `ccbot-canary-${randomBytes(6).toString('hex')}`;
  const panes = createTmuxPanes({ socket, session: SESSION, env, log: () => undefined });
  const agent = createClaude({});
  const home = join(dir, 'home');
  const findings: Finding[] = [];
  let pid = 0;
  const readiness = async () => agent.readiness(await panes.screen(SESSION));
  const check = async (
    step: Finding['step'],
    trouble: string,
    holds: () => Promise<boolean> | boolean,
  ): Promise<boolean> => {
    const ok = findings.every((finding) => finding.ok) && (await within(stepMs(step), holds));
    const skipped = findings.some((finding) => !finding.ok);
    findings.push({ step, ok, ...(ok ? {} : { trouble: skipped ? 'not looked at' : trouble }) });
    return ok;
  };
  try {
    await panes.start(() => undefined);
    const flags = ['--permission-mode', 'default'];
    const argv = agent.launch({ command: deps.command, flags });
    const opened = await panes.open({
      session: SESSION,
      name: SESSION,
      cwd: join(dir, 'project'),
      argv,
      env,
    });
    pid = opened.pid;
    await check('ready', 'it is not seen to be ready for text', async () => (await readiness()) === 'ready');
    if (findings[0]?.ok === true) await panes.type(SESSION, agent.typing(PROMPT));
    await check('typing', 'a prompt of two lines does not reach it as it was typed', () =>
      model.asked.some(({ texts }) => texts.includes(PROMPT)),
    );
    await check('transcript', 'its transcript does not tell the answer and the end of the turn', async () => {
      const live = await agent.discover(home, pid);
      return live !== null && tells(live.transcriptPath, agent.reader());
    });
    if (findings.every(({ ok }) => ok)) await panes.type(SESSION, agent.typing('the canary asks'));
    const asks = await check(
      'dialog',
      'a permission dialog is not seen',
      async () => (await readiness()) === 'dialog',
    );
    if (asks) {
      await new Promise((resolve) => setTimeout(resolve, 1_000)); // a dialog drops keys in its first moment
      await panes.type(SESSION, [{ kind: 'key', key: 'Enter' }]);
    }
    await check('answer', 'an answer to a dialog does not let it go on', async () => {
      const done = model.asked.some(({ result }) => result);
      return done && (await readiness()) === 'ready';
    });
  } catch (error) {
    findings.push({ step: 'terminal', ok: false, trouble: reasonOf(error) });
  } finally {
    await panes.stop();
    // A server of its own: nothing else lives in it.
    await run('tmux', ['-L', socket, 'kill-server'], { env }).catch(() => undefined); // it never came up
    // It writes to its home to the last.
    if (pid > 0) await within(STEP_MS.other, () => !isAlive(pid));
  }
  return findings;
}

const stepMs = (step: Finding['step']): number => (step === 'ready' ? STEP_MS.ready : STEP_MS.other);

/** A home that skips the agent's first-run pages; its environment. */
function prepare(dir: string, url: string): Record<string, string> {
  const [home, project] = [join(dir, 'home'), join(dir, 'project')];
  for (const path of [join(home, '.claude'), project]) mkdirSync(path, { recursive: true, mode: 0o700 });
  const key = `sk-ant-canary-${randomBytes(20).toString('hex')}`;
  const state = {
    hasCompletedOnboarding: true,
    theme: 'dark',
    projects: { [project]: { hasTrustDialogAccepted: true } },
    customApiKeyResponses: { approved: [key.slice(-20)] },
  };
  writeFileSync(join(home, '.claude.json'), JSON.stringify(state), { mode: 0o600 });
  const off = ['DISABLE_AUTOUPDATER', 'DISABLE_TELEMETRY', 'DISABLE_ERROR_REPORTING'];
  return {
    HOME: home,
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: key,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    ...Object.fromEntries(off.map((name) => [name, '1'])),
  };
}

function tells(path: string, reader: ReturnType<ReturnType<typeof createClaude>['reader']>): boolean {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return false; // not there yet
  }
  const events = text.split('\n').flatMap((line) => reader.read(line));
  const told = events.some((event) => event.type === 'text' && event.text === ANSWER);
  return told && events.some((event) => event.type === 'turn.ended' && event.how === 'done');
}

async function within(ms: number, holds: () => Promise<boolean> | boolean): Promise<boolean> {
  const until = performance.now() + ms;
  for (;;) {
    if (await holds()) return true;
    if (performance.now() > until) return false;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false; // it has ended
  }
}
