import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reasonOf } from '@ccbot/shared/faults/fault';
import type { TranscriptReader } from '../agents/agent';
import type { AgentKind, CanarySetup } from '../agents/kind';
import { createTmuxPanes } from '../terminal/tmux/panes';
import { CANARY_PREFIX, endServer, type Place } from './leftover';
import { startCanaryModel, type CanaryModel } from './model-server';
import { NOT_LOOKED_AT, type Finding } from './model';
import type { CanaryResult } from './result';

/** How long a step may take, ms. */
export interface Patience {
  ready: number;
  other: number;
}

/** An agent starts in some seconds, on a busy machine in some tens of them. */
const STEP_MS: Patience = { ready: 45_000, other: 20_000 };

const SESSION = 'canary';
const ANSWER = 'canary answer';
const PROMPT = 'ccbot canary: first line\nsecond - line';

/** What the canary is given. */
export interface CanaryDeps {
  /** The agent, of a kind that has a canary. */
  kind: AgentKind;
  /** Its command line, its program resolved to a path. */
  command: readonly string[];
  /** The search path for the agent and tmux. */
  path: string;
  /** As the agent says it; empty when it says none. */
  version: string;
  patience?: Patience;
  /** Aborted: it ends at once, and what it found says nothing. */
  signal?: AbortSignal;
  /** Told where it will run, before anything is there but an empty directory. */
  onPlace?(place: Place): void;
  now(): number;
}

/**
 * Lets the agent live through two turns in a tmux server, a home and a project of its own, against a model on loopback:
 * is it seen to be ready, is a prompt typed as it is, does its transcript tell the answer, is a dialog seen and
 * answered? Touches nothing of the person's, and costs nothing.
 */
export async function runCanary(deps: CanaryDeps): Promise<CanaryResult> {
  const { kind } = deps;
  const { canary } = kind;
  if (canary === null) throw new Error(`${kind.id} has no canary`);
  const dir = mkdtempSync(join(tmpdir(), CANARY_PREFIX));
  const socket = `${CANARY_PREFIX}${randomBytes(6).toString('hex')}`;
  const model = await startCanaryModel(({ texts, result }) =>
    !result && texts.some((text) => text.includes('canary asks'))
      ? canary.asking(`touch ${join(dir, 'project', 'touched')}`)
      : { text: ANSWER },
  );
  try {
    deps.onPlace?.({ dir, socket });
    const findings = await look(deps, canary, { dir, socket }, model);
    return { agent: kind.id, version: deps.version, at: deps.now(), findings };
  } finally {
    await model.close();
    rmSync(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

async function look(
  deps: CanaryDeps,
  setup: CanarySetup,
  { dir, socket }: Place,
  model: CanaryModel,
): Promise<Finding[]> {
  const { signal, patience = STEP_MS } = deps;
  const env = { PATH: deps.path, LANG: 'C.UTF-8', TERM: 'xterm-256color', ...prepare(dir, model.url, setup) };
  const panes = createTmuxPanes({ socket, session: SESSION, env, log: () => undefined });
  const agent = deps.kind.create({});
  const home = join(dir, 'home');
  const findings: Finding[] = [];
  let pid = 0;
  const readiness = async () => agent.readiness(await panes.screen(SESSION));
  const check = async (
    step: Finding['step'],
    trouble: string,
    holds: () => Promise<boolean> | boolean,
  ): Promise<boolean> => {
    const ok =
      findings.every((finding) => finding.ok) &&
      (await within(step === 'ready' ? patience.ready : patience.other, holds, signal));
    const skipped = findings.some((finding) => !finding.ok);
    findings.push({ step, ok, ...(ok ? {} : { trouble: skipped ? NOT_LOOKED_AT : trouble }) });
    return ok;
  };
  try {
    await panes.start(() => undefined);
    const argv = agent.launch({ command: deps.command, flags: setup.flags });
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
    // Its window goes with it.
    const died = pid > 0 && !isAlive(pid);
    findings.push(
      died
        ? { step: 'ended', ok: false, trouble: 'it ends by itself' }
        : { step: 'terminal', ok: false, trouble: reasonOf(error) },
    );
  } finally {
    await panes.stop();
    await endServer(socket, deps.path);
    // It writes to its home to the last.
    if (signal?.aborted === true && pid > 0 && isAlive(pid)) process.kill(pid, 'SIGKILL');
    if (pid > 0) await within(patience.other, () => !isAlive(pid));
  }
  return findings;
}

/** Prepares the agent's home and project; its environment. */
function prepare(dir: string, url: string, setup: CanarySetup): Record<string, string> {
  const [home, project] = [join(dir, 'home'), join(dir, 'project')];
  const { directories, files, env } = setup.prepare({
    home,
    project,
    url,
    secret: randomBytes(20).toString('hex'),
  });
  for (const path of [home, project, ...directories]) mkdirSync(path, { recursive: true, mode: 0o700 });
  for (const [path, text] of Object.entries(files)) writeFileSync(path, text, { mode: 0o600 });
  return { HOME: home, ...env };
}

function tells(path: string, reader: TranscriptReader): boolean {
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

async function within(
  ms: number,
  holds: () => Promise<boolean> | boolean,
  signal?: AbortSignal,
): Promise<boolean> {
  const until = performance.now() + ms;
  for (;;) {
    if (signal?.aborted === true) return false;
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
