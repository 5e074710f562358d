import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { hooksFor, runHook } from './hooks';
import { createKeyReader, type Key } from './input';
import { askPermission, type Asking } from './permission';
import { openRecords } from './records';
import { draw } from './screen';
import { parseScript, turnFor, type ScriptedTurn, type Step } from './script';

/**
 * The scripted agent: stands in for Claude Code where it is not installed. At the terminal and on disk it behaves
 * alike: an input line, transcripts, hooks, `/clear`, Escape; its answers come from a script (`CCBOT_SCRIPT`).
 */
function runAgent(): Promise<void> {
  const stateDir = process.env['CLAUDE_CONFIG_DIR'] || join(homedir(), '.claude');
  const cwd = process.cwd();
  const resume = process.argv.includes('--resume')
    ? process.argv[process.argv.indexOf('--resume') + 1]
    : undefined;
  const records = openRecords(stateDir, cwd, resume);
  const script: ScriptedTurn[] =
    process.env['CCBOT_SCRIPT'] === undefined
      ? []
      : parseScript(readFileSync(process.env['CCBOT_SCRIPT'], 'utf8'));

  const lines: string[] = ['Scripted agent', cwd, ''];
  let draft = '';
  let busy = '';
  /** Whether Escape was pressed in the running turn. */
  let interrupted = false;
  /** Whether the running turn has said nothing yet. */
  let quiet = true;
  let stop: (() => void) | null = null;
  /** The request that is open, which keys answer as well. */
  let asking: Asking | null = null;
  const queue: string[] = [];

  function show(): void {
    process.stdout.write(
      draw({ lines, draft, busy }, process.stdout.columns || 80, process.stdout.rows || 24),
    );
  }

  /** Runs the hooks of an event with the payload on standard input; waits for them, as agents do. */
  async function hook(event: string, payload: Record<string, unknown>): Promise<void> {
    for (const one of hooksFor(stateDir, event)) await runHook(one, bodyOf(event, payload));
  }

  function bodyOf(event: string, payload: Record<string, unknown>): string {
    return JSON.stringify({
      session_id: records.sessionId,
      transcript_path: records.transcriptPath,
      cwd,
      hook_event_name: event,
      ...payload,
    });
  }

  /** Asks before a tool is run; null when the turn was interrupted meanwhile. */
  async function permitted(tool: string, input: Record<string, unknown>): Promise<boolean | null> {
    const event = 'PermissionRequest';
    const payload = { tool_name: tool, tool_input: input, permission_mode: 'default' };
    asking = askPermission(hooksFor(stateDir, event), bodyOf(event, payload));
    stop = () => asking?.decide(null);
    busy = 'Allow it? y or n';
    show();
    const decision = await asking.decided;
    asking = null;
    busy = 'Working';
    show();
    return decision === null ? null : decision === 'allow';
  }

  /** Notes a prompt that is written while a turn runs; agents run its hook at once. */
  function enqueue(prompt: string): void {
    queue.push(prompt);
    records.enqueued(prompt);
    void hook('UserPromptSubmit', { prompt, permission_mode: 'default' });
  }

  /** Waits, unless the turn is interrupted first. */
  function wait(ms: number): Promise<boolean> {
    if (interrupted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(true), ms);
      stop = () => {
        clearTimeout(timer);
        resolve(false);
      };
    });
  }

  /** Takes a prompt, and after it those that were written while its turn ran. */
  async function submit(first: string): Promise<void> {
    let queued = false;
    for (let prompt: string | undefined = first; prompt !== undefined; prompt = queue.shift()) {
      await take(prompt, queued);
      queued = true;
    }
  }

  async function take(prompt: string, queued: boolean): Promise<void> {
    if (prompt.trim() === '/exit') return leave(0);
    if (prompt.trim() === '/clear') {
      await hook('SessionEnd', { reason: 'clear' });
      records.clear();
      lines.splice(0, lines.length, 'Scripted agent', cwd, '');
      await hook('SessionStart', { source: 'clear' });
      records.status('idle');
      return show();
    }
    const startedAt = Date.now();
    busy = 'Working';
    lines.push(...prompt.split('\n').map((l, i) => (i === 0 ? `❯ ${l}` : `  ${l}`)), '');
    show();
    records.status('busy');
    if (!queued) await hook('UserPromptSubmit', { prompt, permission_mode: 'default' });
    records.prompt(prompt, queued);
    [quiet, interrupted] = [true, false];
    let last = '';
    let whole = true;
    for (const step of turnFor(prompt, script, cwd)) {
      whole = await play(step);
      if (!whole) break;
      if (step.do === 'say') last = step.text;
    }
    busy = '';
    if (whole) {
      await hook('Stop', { last_assistant_message: last, stop_hook_active: false });
      records.turnEnded(Date.now() - startedAt);
    } else if (quiet && queue.length === 0) {
      // Nothing was said yet: the turn is taken back, and the prompt with it.
      draft = prompt;
    } else {
      records.interrupted();
      lines.push('  ⎿  Interrupted', '');
    }
    records.status('idle');
    show();
  }

  /** Plays one step; false when it was interrupted. */
  async function play(step: Step): Promise<boolean> {
    const message = `msg_${randomUUID().slice(0, 8)}`;
    if (step.do === 'say') {
      if (!(await wait(step.ms ?? 0))) return false;
      quiet = false;
      records.text(message, step.text);
      lines.push(...`● ${step.text}`.split('\n'), '');
      show();
      return true;
    }
    quiet = false;
    const id = `toolu_${randomUUID().slice(0, 8)}`;
    records.toolUse(message, id, step.name, step.input);
    lines.push(`● ${step.name} ${JSON.stringify(Object.values(step.input)[0])}`);
    show();
    const allowed = step.asks === true ? await permitted(step.name, step.input) : true;
    if (allowed === false) {
      records.toolResult(id, 'The person refused it.', true);
      lines.push('  ⎿  Refused', '');
      return true;
    }
    const whole = allowed === true && (await wait(step.ms ?? 0));
    records.toolResult(id, whole ? step.result : 'interrupted', !whole || step.failed === true);
    return whole;
  }

  function onKey(key: Key): void {
    switch (key.key) {
      case 'text':
        if (asking !== null && /^[yn]$/.test(key.text))
          return asking.decide(key.text === 'y' ? 'allow' : 'deny');
        draft += key.text;
        return show();
      case 'newline':
        draft += '\n';
        return show();
      case 'backspace':
        draft = [...draft].slice(0, -1).join('');
        return show();
      case 'clear-line':
        draft = '';
        return show();
      case 'interrupt':
        return leave(0);
      case 'escape':
        interrupted = true;
        stop?.();
        return;
      case 'enter': {
        const prompt = draft.trimEnd();
        draft = '';
        if (prompt === '') return show();
        if (busy !== '') {
          enqueue(prompt);
          return show();
        }
        submit(prompt).catch((error: unknown) => {
          lines.push(String(error));
          busy = '';
          show();
        });
      }
    }
  }

  function leave(code: number): void {
    records.close();
    process.stdout.write('\u001b[?2004l\u001b[?25h\r\n');
    process.exit(code);
  }

  async function start(): Promise<void> {
    if (process.stdin.isTTY !== true) {
      process.stderr.write('The scripted agent needs a terminal.\n');
      process.exit(78);
    }
    process.stdin.setRawMode(true);
    process.stdin.setEncoding('utf8');
    process.on('SIGTERM', () => leave(0));
    process.on('SIGHUP', () => leave(0));
    process.stdout.on('resize', show);
    process.stdout.write('\u001b[?2004h');
    await hook('SessionStart', { source: resume === undefined ? 'startup' : 'resume', model: 'scripted' });
    records.status('idle');
    const keys = createKeyReader();
    process.stdin.on('data', (chunk: string) => keys.feed(chunk).forEach(onKey));
    show();
  }

  return start();
}

runAgent().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});
