import { randomUUID } from 'node:crypto';
import { existsSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import { banner, exit, hookInput, runHooks, show, type Agent } from './agent';
import { hooksFor } from './hooks';
import { requestPermission } from './permission';
import { turnFor, type Step } from './script';

type ToolStep = Extract<Step, { do: 'tool' }>;

/** Runs a prompt, then the prompts that were submitted meanwhile. */
export async function submit(agent: Agent, first: string): Promise<void> {
  let isQueued = false;
  for (let prompt: string | undefined = first; prompt !== undefined; prompt = agent.queue.shift()) {
    await runPrompt(agent, prompt, isQueued);
    isQueued = true;
  }
}

/** Queues a prompt that was submitted during a turn. Its hook runs right away, as in Claude Code. */
export function enqueue(agent: Agent, prompt: string): void {
  agent.queue.push(prompt);
  agent.records.enqueued(prompt);
  void runHooks(agent, 'UserPromptSubmit', { prompt, permission_mode: 'default' });
}

async function runPrompt(agent: Agent, prompt: string, isQueued: boolean): Promise<void> {
  const command = prompt.trim();
  if (command === '/exit') exit(agent, 0);
  if (command === '/clear') return clear(agent);
  return runTurn(agent, prompt, isQueued);
}

async function clear(agent: Agent): Promise<void> {
  await runHooks(agent, 'SessionEnd', { reason: 'clear' });
  agent.records.clear();
  agent.lines = banner(agent.cwd);
  await runHooks(agent, 'SessionStart', { source: 'clear' });
  agent.records.status('idle');
  show(agent);
}

async function runTurn(agent: Agent, prompt: string, isQueued: boolean): Promise<void> {
  const { records, lines } = agent;
  const startedAt = Date.now();
  agent.activity = 'Working';
  lines.push(...prompt.split('\n').map((line, i) => (i === 0 ? `❯ ${line}` : `  ${line}`)), '');
  show(agent);
  records.status('busy');
  if (!isQueued) await runHooks(agent, 'UserPromptSubmit', { prompt, permission_mode: 'default' });
  records.prompt(prompt, isQueued);
  agent.isSilent = true;
  agent.isInterrupted = false;
  let lastText = '';
  let isComplete = true;
  const steps = [...turnFor(prompt, agent.script, agent.cwd)];
  for (const step of steps) {
    isComplete = await play(agent, step, step === steps.at(-1));
    if (!isComplete) break;
    if (step.do === 'say') lastText = step.text;
  }
  agent.activity = '';
  if (isComplete) {
    await runHooks(agent, 'Stop', { last_assistant_message: lastText, stop_hook_active: false });
    records.turnEnded(Date.now() - startedAt);
  } else if (agent.isSilent && agent.queue.length === 0) {
    // Nothing was shown yet: the turn is undone, and the prompt goes back to the input line.
    agent.draft = prompt;
  } else {
    records.interrupted();
    lines.push('  ⎿  Interrupted', '');
  }
  records.status('idle');
  show(agent);
}

/** Plays one step; false when it was interrupted. `isLast`: the turn ends with it. */
async function play(agent: Agent, step: Step, isLast: boolean): Promise<boolean> {
  const messageId = `msg_${randomUUID().slice(0, 8)}`;
  if (step.do === 'tool') return playTool(agent, step, messageId);
  if (!(await wait(agent, step.ms ?? 0))) return false;
  if (step.after !== undefined && !(await waitForFile(agent, step.after))) return false;
  agent.isSilent = false;
  agent.records.text(messageId, step.text, isLast);
  agent.lines.push(...`● ${step.text}`.split('\n'), '');
  show(agent);
  return true;
}

async function playTool(agent: Agent, step: ToolStep, messageId: string): Promise<boolean> {
  const { records, lines } = agent;
  agent.isSilent = false;
  const id = `toolu_${randomUUID().slice(0, 8)}`;
  records.toolUse(messageId, id, step.name, step.input);
  lines.push(`● ${step.name} ${JSON.stringify(Object.values(step.input)[0])}`);
  show(agent);
  const isAllowed = step.asks === true ? await askUser(agent, step) : true;
  if (isAllowed === false) {
    records.toolResult(id, 'The user refused this tool.', true);
    lines.push('  ⎿  Refused', '');
    return true;
  }
  const isComplete = isAllowed === true && (await wait(agent, step.ms ?? 0));
  records.toolResult(id, isComplete ? step.result : 'interrupted', !isComplete || step.failed === true);
  return isComplete;
}

/** Asks whether a tool may run; null when the turn was interrupted first. */
async function askUser(agent: Agent, { name, input }: ToolStep): Promise<boolean | null> {
  const event = 'PermissionRequest';
  const payload = { tool_name: name, tool_input: input, permission_mode: 'default' };
  const request = requestPermission(hooksFor(agent.stateDir, event), hookInput(agent, event, payload));
  agent.request = request;
  agent.cancelWait = () => request.decide(null);
  agent.activity = 'Allow it? y or n';
  show(agent);
  const decision = await request.decided;
  agent.request = null;
  agent.activity = 'Working';
  show(agent);
  return decision === null ? null : decision === 'allow';
}

/** Waits; false when the turn was interrupted first. */
function wait(agent: Agent, ms: number): Promise<boolean> {
  return waitFor(agent, (resolve) => {
    const timer = setTimeout(resolve, ms);
    return () => clearTimeout(timer);
  });
}

/** Waits until a file exists, in a directory that exists already; false when the turn was interrupted first. */
function waitForFile(agent: Agent, path: string): Promise<boolean> {
  return waitFor(agent, (resolve) => {
    const check = (): void => {
      if (existsSync(path)) resolve();
    };
    const watcher = watch(dirname(path), check);
    check();
    return () => watcher.close();
  });
}

/** `begin` starts the wait, and returns what frees it. */
async function waitFor(agent: Agent, begin: (resolve: () => void) => () => void): Promise<boolean> {
  if (agent.isInterrupted) return false;
  let free: (() => void) | undefined;
  const isComplete = await new Promise<boolean>((resolve) => {
    agent.cancelWait = () => resolve(false);
    free = begin(() => resolve(true));
  });
  free?.();
  return isComplete;
}
