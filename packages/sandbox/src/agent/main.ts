import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createKeyReader, type Key } from './input';
import { hooksFor, openRecords } from './records';
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
  let stop: (() => void) | null = null;
  const queue: string[] = [];

  function show(): void {
    process.stdout.write(
      draw({ lines, draft, busy }, process.stdout.columns || 80, process.stdout.rows || 24),
    );
  }

  /** Runs the hooks of an event with the payload on standard input; waits for them, as agents do. */
  async function hook(event: string, payload: Record<string, unknown>): Promise<void> {
    const body = JSON.stringify({
      session_id: records.sessionId,
      transcript_path: records.transcriptPath,
      cwd,
      hook_event_name: event,
      ...payload,
    });
    for (const command of hooksFor(stateDir, event)) {
      await new Promise<void>((resolve) => {
        const child = spawn('/bin/sh', ['-c', command], { stdio: ['pipe', 'ignore', 'ignore'] });
        child.on('error', () => resolve()); // an agent goes on without a broken hook
        child.on('close', () => resolve());
        child.stdin.on('error', () => resolve());
        child.stdin.end(body);
      });
    }
  }

  /** Waits, unless the turn is interrupted first. */
  function wait(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(true), ms);
      stop = () => {
        clearTimeout(timer);
        resolve(false);
      };
    });
  }

  async function submit(prompt: string): Promise<void> {
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
    await hook('UserPromptSubmit', { prompt, permission_mode: 'default' });
    records.prompt(prompt);
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
    } else {
      records.interrupted();
      lines.push('  ⎿  Interrupted', '');
    }
    records.status('idle');
    show();
    const next = queue.shift();
    if (next !== undefined) await submit(next);
  }

  /** Plays one step; false when it was interrupted. */
  async function play(step: Step): Promise<boolean> {
    const message = `msg_${randomUUID().slice(0, 8)}`;
    if (step.do === 'say') {
      if (!(await wait(step.ms ?? 0))) return false;
      records.text(message, step.text);
      lines.push(...`● ${step.text}`.split('\n'), '');
      show();
      return true;
    }
    const id = `toolu_${randomUUID().slice(0, 8)}`;
    records.toolUse(message, id, step.name, step.input);
    lines.push(`● ${step.name} ${JSON.stringify(Object.values(step.input)[0])}`);
    show();
    const whole = await wait(step.ms ?? 0);
    records.toolResult(id, whole ? step.result : 'interrupted', !whole || step.failed === true);
    return whole;
  }

  function onKey(key: Key): void {
    switch (key.key) {
      case 'text':
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
        stop?.();
        return;
      case 'enter': {
        const prompt = draft.trimEnd();
        draft = '';
        if (prompt === '') return show();
        if (busy !== '') {
          queue.push(prompt);
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
