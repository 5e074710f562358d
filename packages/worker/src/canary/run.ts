import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { readForeignSync } from '@ccbot/shared/files/foreign-file-sync';
import type { Agent, TranscriptReader } from '../agents/agent';
import type { AgentKind, CanarySetup } from '../agents/kind';
import type { Panes } from '../terminal/panes';
import { readShades } from '../terminal/shade';
import { createTmuxPanes } from '../terminal/tmux/panes';
import { createBriefMemory } from '../terminal/tmux/server-memory';
import { CANARY_PREFIX, endServer, type Place } from './leftover';
import { SKIPPED, type CanaryResult, type Finding } from './model';
import { startModelServer, type ModelServer } from './model-server';

/** How long a check may take, ms. */
export interface Patience {
  ready: number;
  other: number;
}

/** An agent starts within seconds, but a busy machine may need tens of seconds. */
const DEFAULT_PATIENCE: Patience = { ready: 45_000, other: 20_000 };

/** Time between two looks at what a check waits for, ms. */
const CHECK_INTERVAL_MS = 150;

/** A dialog ignores keys right after it opens, ms. */
const DIALOG_PAUSE_MS = 1_000;

const SESSION = 'canary';
const ANSWER = 'canary answer';
const PROMPT = 'ccbot canary: first line\nsecond - line';
const PERMISSION_PROMPT = 'the canary asks';

/** The agent under test. */
export interface CanarySubject {
  /** A kind that has a canary. */
  kind: AgentKind;
  /** Its command line, with the program resolved to a path. */
  command: readonly string[];
  /** In the agent's own words. Empty when it reports none. */
  version: string;
}

/** How to run the canary. */
export interface CanaryOptions {
  /** The search path for the agent and tmux. */
  path: string;
  /** The tmux program. */
  tmux: string;
  patience?: Patience;
  /** When aborted, the canary stops immediately, and its result says nothing. */
  signal?: AbortSignal;
  /** Called with the place before anything but an empty directory is in it. */
  onPlace?(place: Place): void;
  now(): number;
}

/** A running test of one agent. */
interface Trial {
  agent: Agent;
  panes: Panes;
  model: ModelServer;
  /** The agent's home directory. */
  home: string;
  patience: Patience;
  signal: AbortSignal | undefined;
  findings: Finding[];
  /** The agent's process. 0 until it runs. */
  pid: number;
}

type Condition = () => Promise<boolean> | boolean;

/**
 * Runs an agent through two turns in its own tmux server, home and project, against a fake model on loopback. Checks
 * that ccbot sees when it is ready, types a prompt correctly, reads the answer from the transcript, and sees and answers
 * a dialog. Touches none of the user's files and costs nothing.
 */
export async function runCanary(subject: CanarySubject, options: CanaryOptions): Promise<CanaryResult> {
  const { kind, version } = subject;
  const { canary } = kind;
  if (canary === null) throw new Error(`${kind.id} has no canary`);
  const dir = mkdtempSync(join(tmpdir(), CANARY_PREFIX));
  const socket = `${CANARY_PREFIX}${randomBytes(6).toString('hex')}`;
  const model = await startModelServer(({ texts, hasToolResult }) =>
    !hasToolResult && texts.some((text) => text.includes('canary asks'))
      ? canary.asking(`touch ${join(dir, 'project', 'touched')}`)
      : { text: ANSWER },
  );
  try {
    options.onPlace?.({ dir, socket });
    const findings = await tryAgent(subject, canary, { dir, socket }, model, options);
    return { agent: kind.id, version, at: options.now(), findings };
  } finally {
    await model.close();
    rmSync(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

async function tryAgent(
  { kind, command }: CanarySubject,
  setup: CanarySetup,
  { dir, socket }: Place,
  model: ModelServer,
  { path, tmux, patience = DEFAULT_PATIENCE, signal }: CanaryOptions,
): Promise<Finding[]> {
  const env = { PATH: path, LANG: 'C.UTF-8', TERM: 'xterm-256color', ...prepare(dir, model.url, setup) };
  const trial: Trial = {
    agent: kind.create({}),
    panes: createTmuxPanes({
      program: tmux,
      socket,
      session: SESSION,
      owner: '',
      servers: createBriefMemory(),
      env,
      log: () => undefined,
    }),
    model,
    home: join(dir, 'home'),
    patience,
    signal,
    findings: [],
    pid: 0,
  };
  try {
    await trial.panes.start(() => undefined);
    const argv = trial.agent.launch({ command, flags: setup.flags });
    const cwd = join(dir, 'project');
    const opened = await trial.panes.open({ session: SESSION, name: SESSION, cwd, argv, env });
    trial.pid = opened.pid;
    await runChecks(trial);
  } catch (error) {
    trial.findings.push(failureOf(trial, error));
  } finally {
    await trial.panes.stop();
    await endServer(socket, { tmux, path });
    await endAgent(trial);
  }
  return trial.findings;
}

async function runChecks(trial: Trial): Promise<void> {
  const { agent, panes, model, findings } = trial;
  const readiness = async () => agent.readiness(await panes.screen(SESSION));
  const isReady = await check(
    trial,
    'ready',
    'ccbot does not see when it is ready for text',
    async () => (await readiness()) === 'ready',
  );
  if (isReady) await enterPrompt(trial, PROMPT);
  await check(trial, 'typing', 'a prompt of two lines does not arrive as it was typed', () =>
    model.requests.some(({ texts }) => texts.includes(PROMPT)),
  );
  await check(
    trial,
    'transcript',
    'its transcript does not show the answer and the end of the turn',
    async () => {
      const live = await agent.discover(trial.home, trial.pid);
      return live !== null && hasAnswer(live.transcriptPath, agent.reader());
    },
  );
  if (findings.every(({ ok }) => ok)) await enterPrompt(trial, PERMISSION_PROMPT);
  const hasDialog = await check(
    trial,
    'dialog',
    'ccbot does not see its permission dialog',
    async () => (await readiness()) === 'dialog',
  );
  if (hasDialog) {
    await new Promise((resolve) => setTimeout(resolve, DIALOG_PAUSE_MS));
    await panes.type(SESSION, [{ kind: 'key', key: 'Enter' }]);
  }
  await check(trial, 'answer', 'it does not continue after an answer to its dialog', async () => {
    const isAnswered = model.requests.some(({ hasToolResult }) => hasToolResult);
    return isAnswered && (await readiness()) === 'ready';
  });
}

/** Types a prompt, and submits it once it is drawn: an agent that starts would take the Enter for a part of the text. */
async function enterPrompt({ agent, panes, patience, signal }: Trial, prompt: string): Promise<void> {
  await panes.type(SESSION, agent.typing(prompt));
  const isDrawn = async (): Promise<boolean> => {
    const line = agent.inputLine(readShades((await panes.capture(SESSION)).lines), [prompt]);
    return line.is === 'prompt' && line.whole;
  };
  // If it never is, the check for the prompt says so.
  await within(patience.other, isDrawn, signal);
  await panes.type(SESSION, agent.submitting());
}

/** Waits for a condition and records the result. Skips the check when an earlier one failed. */
async function check(
  trial: Trial,
  step: Finding['step'],
  trouble: string,
  holds: Condition,
): Promise<boolean> {
  const { findings, patience, signal } = trial;
  if (findings.some((finding) => !finding.ok)) {
    findings.push({ step, ok: false, trouble: SKIPPED });
    return false;
  }
  const ok = await within(step === 'ready' ? patience.ready : patience.other, holds, signal);
  findings.push(ok ? { step, ok } : { step, ok, trouble });
  return ok;
}

/** The window closes when the agent exits, so a terminal error after that is the agent's failure. */
function failureOf({ pid }: Trial, error: unknown): Finding {
  const hasExited = pid > 0 && !isAlive(pid);
  return hasExited
    ? { step: 'ended', ok: false, trouble: 'it exits by itself' }
    : { step: 'terminal', ok: false, trouble: reasonOf(error) };
}

/** Waits until the agent has exited, because it writes to its home until then. */
async function endAgent({ pid, signal, patience }: Trial): Promise<void> {
  if (pid === 0) return;
  if (signal?.aborted === true && isAlive(pid)) process.kill(pid, 'SIGKILL');
  await within(patience.other, () => !isAlive(pid));
}

/** Creates the agent's home and project, and returns its environment. */
function prepare(dir: string, url: string, setup: CanarySetup): Record<string, string> {
  const home = join(dir, 'home');
  const project = join(dir, 'project');
  const secret = randomBytes(20).toString('hex');
  const { directories, files, env } = setup.prepare({ home, project, url, secret });
  for (const path of [home, project, ...directories]) mkdirSync(path, { recursive: true, mode: 0o700 });
  for (const [path, text] of Object.entries(files)) writeFileSync(path, text, { mode: 0o600 });
  return { HOME: home, ...env };
}

/** Whether a transcript holds the model's answer and the end of its turn. */
function hasAnswer(path: string, reader: TranscriptReader): boolean {
  let text: string;
  try {
    text = readForeignSync(path, 'canary');
  } catch {
    return false; // not there yet
  }
  const events = text.split('\n').flatMap((line) => reader.read(line));
  const isAnswered = events.some((event) => event.type === 'text' && event.text === ANSWER);
  return isAnswered && events.some((event) => event.type === 'turn.ended' && event.how === 'done');
}

async function within(ms: number, holds: Condition, signal?: AbortSignal): Promise<boolean> {
  const deadline = performance.now() + ms;
  for (;;) {
    if (signal?.aborted === true) return false;
    if (await holds()) return true;
    if (performance.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, CHECK_INTERVAL_MS));
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false; // it has exited
  }
}
