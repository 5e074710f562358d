import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Block, Reply } from '@ccbot/sandbox/model/script';
import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import { count, botMessages, startSession, botSays } from './harness/chat';
import { codexProgram, prepareSystem, type System } from './harness/system';
import { until } from './harness/until';

const say = (text: string): Block => ({ type: 'text', text });

/** The headers from which Codex reads the limits of an account. */
const LIMITS = {
  'x-codex-primary-used-percent': '52.0',
  'x-codex-primary-window-minutes': '300',
  'x-codex-primary-reset-at': String(Math.floor(Date.now() / 1_000) + 5_000),
  'x-codex-secondary-used-percent': '31.0',
  'x-codex-secondary-window-minutes': '10080',
  'x-codex-secondary-reset-at': String(Math.floor(Date.now() / 1_000) + 500_000),
};

describe('a session of the real Codex', () => {
  let system: System;
  let release = (): void => undefined;
  const never = new Promise<void>((resolve) => (release = resolve));
  const write = (text: string): number => system.telegram.owner.say(text);
  const tap = (label: string, message?: ChatMessage): string => system.telegram.owner.tap(label, message?.id);

  beforeAll(async () => {
    system = await prepareSystem({
      codex: true,
      settings: { CCBOT_AGENT_BACKEND: 'codex' },
      rules: [
        ({ prompt, results }): Reply | null => {
          if (results.length > 0) return null;
          const [, cmd] = /^ask: (.*)$/s.exec(prompt) ?? [];
          const input = { cmd, sandbox_permissions: 'require_escalated', justification: 'It has to be' };
          return cmd === undefined ? null : { blocks: [{ type: 'tool_use', name: 'exec_command', input }] };
        },
        ({ prompt }) =>
          prompt === 'slow' ? { blocks: [say('too late')], headers: LIMITS, hold: never } : null,
        ({ prompt }) =>
          prompt === 'limits' ? { blocks: [say('here are the limits')], headers: LIMITS } : null,
      ],
    });
    system.supervise();
    await startSession(system);
  });
  afterAll(async () => {
    release();
    await system.stop();
  });

  /** The open request with this text. */
  const openRequest = (text: string): ChatMessage | undefined =>
    botMessages(system, text).find((m) => m.text.startsWith('🔐') && m.keyboard.flat().length > 0);
  const request = (text: string): Promise<ChatMessage> => system.telegram.waitFor(() => openRequest(text));
  const stopButton = (): ChatMessage | undefined =>
    system.telegram.owner.fromBot().findLast((m) => m.keyboard.flat().some((b) => b.text === '⏹ Stop'));
  const idle = () => system.telegram.waitFor(() => stopButton() === undefined);
  const file = (name: string): string => join(system.dir, name);
  const window = 'ccbot:demo';
  const screen = (): string => system.tmux('capture-pane', '-p', '-t', window);
  const soon = (isTrue: () => boolean): Promise<void> => until(isTrue, screen, 20_000);

  it('asks with the whole command, and runs it when it is allowed', async () => {
    write(`ask: touch ${file('allowed')}`);
    const shown = await request('touch');
    expect(shown.text).toContain('demo wants to run');
    expect(shown.text).toContain(`touch ${file('allowed')}`);
    expect(shown.text).toContain('It has to be');
    expect(shown.silent).toBe(false);
    expect(shown.keyboard.flat().map((b) => b.text)).toEqual(['✓ Allow', '✗ Deny', '✗ Deny and say why…']);
    tap('✓ Allow', shown);
    await botSays(system, '✓ Allowed.');
    await botSays(system, 'Done: ');
    expect(existsSync(file('allowed'))).toBe(true);
    await idle();
  });

  it('tells the model why a command was denied, and does not run it', async () => {
    write(`ask: touch ${file('denied')}`);
    tap('✗ Deny and say why…', await request('denied'));
    await botSays(system, 'Write the reason');
    write('use another name');
    await system.model.waitFor((r) => r.results.some((result) => result.includes('use another name')));
    await botSays(system, '✗ Denied: use another name');
    await idle();
    expect(existsSync(file('denied'))).toBe(false);
  });

  it('closes the request when the turn is interrupted at the terminal', async () => {
    write(`ask: touch ${file('left')}`);
    await request('left');
    system.tmux('send-keys', '-t', window, 'Escape');
    // The end of the hook and the records of Codex arrive together; the first of them decides the text.
    const closed = /Answered at the terminal|The agent stopped waiting/;
    await system.telegram.waitFor(() => botMessages(system, file('left')).some((m) => closed.test(m.text)));
    expect(openRequest('left')).toBeUndefined();
    await idle();
    expect(existsSync(file('left'))).toBe(false);
  });

  it('closes the request, and leaves the answer to the terminal, when its hook is gone', async () => {
    write(`ask: touch ${file('desk')}`);
    await request('desk');
    process.kill(hook(), 'SIGTERM');
    await soon(() => /Would you like to run|Yes, proceed/.test(screen()));
    system.tmux('send-keys', '-t', window, 'y');
    await soon(() => existsSync(file('desk')));
    await system.telegram.waitFor(() => openRequest('desk') === undefined);
    await idle();
  });

  it('shows context and limits on the card and in /usage, and is interrupted by a tap', async () => {
    write('limits');
    await botSays(system, 'here are the limits');
    await botSays(system, 'more than 50 % of the five-hour limit (52 %)');
    await idle();
    write('slow');
    const card = await system.telegram.waitFor(stopButton);
    expect(card.text).toMatch(/ctx \d+ %/);
    expect(card.text).toContain('gpt-5');
    tap('⏹ Stop', card);
    await botSays(system, 'interrupted');
    write('/usage');
    const usage = await botSays(system, 'Limits of Codex');
    expect(usage.text).toMatch(/the five-hour limit: 52 % used, resets .*\(in 1 .+\)/);
    expect(usage.text).toMatch(/the weekly limit: 31 % used/);
    expect(usage.text).toMatch(/demo: ctx \d+ % .*gpt-5/);
    expect(count(system, 'too late')).toBe(0);
  });

  it('is restored from the archive in the same rollout, after ending whatever still writes it', async () => {
    write('the first of two');
    await botSays(system, 'You said: the first of two');
    await idle();
    const [rollout = ''] = rollouts(system).filter((path) => contains(path, 'the first of two'));
    const [id = ''] = /[0-9a-f-]{36}(?=\.jsonl$)/.exec(rollout) ?? [];
    expect(writers(rollout)).toHaveLength(1);
    write('/done');
    await botSays(system, 'is done and archived');
    await soon(() => writers(rollout).length === 0);
    const before = readFileSync(rollout, 'utf8');

    // A Codex outside ccbot's windows has the transcript open, and Codex allows only one writer.
    const flags = '-c shell_environment_policy.set.CCBOT_INTERFACE=telegram --dangerously-bypass-hook-trust';
    const orphan = `HOME='${system.home}' SCRIPTED_KEY=k '${codexProgram()}' resume ${id} ${flags}`;
    system.tmux('new-session', '-d', '-s', 'desk', '-x', '100', '-y', '30', '-c', system.project, orphan);
    await soon(() => writers(rollout).length === 1);
    const [orphanPid] = writers(rollout);

    write('/archive');
    await botSays(system, 'Archive');
    tap('1');
    await botSays(system, system.project);
    tap('▶ Restore');
    write('the second of two');
    await botSays(system, 'You said: the second of two');
    expect(writers(rollout)).toHaveLength(1);
    expect(writers(rollout)).not.toContain(orphanPid);
    expect(readFileSync(rollout, 'utf8').startsWith(before)).toBe(true);
    expect(rollouts(system).filter((path) => contains(path, 'the second of two'))).toEqual([rollout]);
    expect(count(system, 'You said: the first of two')).toBe(1); // earlier messages are not shown again
  });

  /** The hook that waits for an answer. */
  function hook(): number {
    const found = processes().find((pid) => {
      const line = read(`/proc/${pid}/cmdline`).split('\0').join(' ');
      return /hook\.js codex/.test(line) && read(`/proc/${pid}/environ`).includes(system.ccbotDir);
    });
    if (found === undefined) throw new Error('no hook is waiting');
    return found;
  }
});

const processes = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // it has exited
  }
}

/** The transcripts in the home directory. */
const rollouts = (system: System): string[] =>
  readdirSync(join(system.home, '.codex/sessions'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => join(system.home, '.codex/sessions', name));

const contains = (path: string, text: string): boolean => readFileSync(path, 'utf8').includes(text);

/** The processes that have a file open for writing. */
const writers = (path: string): number[] =>
  processes().filter((pid) => {
    try {
      return readdirSync(`/proc/${pid}/fd`).some(
        (fd) =>
          readlinkSync(`/proc/${pid}/fd/${fd}`) === path &&
          /^flags:\s*\d*[12]$/m.test(read(`/proc/${pid}/fdinfo/${fd}`)),
      );
    } catch {
      return false; // it has exited
    }
  });
