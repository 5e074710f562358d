import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Block, Reply } from '@ccbot/sandbox/model/script';
import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import { count, saying, startSession, told } from './harness/chat';
import { codexProgram, prepareSystem, type System } from './harness/system';

jest.setTimeout(90_000);

const say = (text: string): Block => ({ type: 'text', text });

/** What the server says of an account's limits, as Codex reads it. */
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
  let letGo = (): void => undefined;
  const never = new Promise<void>((resolve) => (letGo = resolve));
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
        ({ prompt }) => (prompt === 'limits' ? { blocks: [say('limits told')], headers: LIMITS } : null),
      ],
    });
    system.supervise();
    await startSession(system);
  });
  afterAll(async () => {
    letGo();
    await system.stop();
  });

  /** The request that is open and says this. */
  const asking = (text: string): ChatMessage | undefined =>
    saying(system, text).find((m) => m.text.startsWith('🔐') && m.keyboard.flat().length > 0);
  const asked = (text: string): Promise<ChatMessage> => system.telegram.waitFor(() => asking(text), 30_000);
  const stopButton = (): ChatMessage | undefined =>
    system.telegram.owner.fromBot().findLast((m) => m.keyboard.flat().some((b) => b.text === '⏹ Stop'));
  const atRest = () => system.telegram.waitFor(() => stopButton() === undefined, 30_000);
  const file = (name: string): string => join(system.dir, name);
  const window = 'ccbot:demo';
  const screen = (): string => system.tmux('capture-pane', '-p', '-t', window);
  const until = async (what: () => boolean): Promise<void> => {
    for (let look = 0; !what(); look++) {
      if (look > 200) throw new Error(`it does not come about; the screen:\n${screen()}`);
      await new Promise((resolve) => setTimeout(resolve, 100)); // no event tells a stranger of it
    }
  };

  it('asks with the whole command, and runs it when it is allowed', async () => {
    write(`ask: touch ${file('allowed')}`);
    const ask = await asked('touch');
    expect(ask.text).toContain('demo wants to run');
    expect(ask.text).toContain(`touch ${file('allowed')}`);
    expect(ask.text).toContain('It has to be');
    expect(ask.silent).toBe(false);
    expect(ask.keyboard.flat().map((b) => b.text)).toEqual(['✓ Allow', '✗ Deny', '✗ Deny and say why…']);
    tap('✓ Allow', ask);
    await told(system, '✓ Allowed.');
    await told(system, 'Done: ');
    expect(existsSync(file('allowed'))).toBe(true);
    await atRest();
  });

  it('tells the model why it was denied, and does not run it', async () => {
    write(`ask: touch ${file('denied')}`);
    tap('✗ Deny and say why…', await asked('denied'));
    await told(system, 'Write why');
    write('use another name');
    await system.model.waitFor((r) => r.results.some((result) => result.includes('use another name')));
    await told(system, '✗ Denied: use another name');
    await atRest();
    expect(existsSync(file('denied'))).toBe(false);
  });

  it('closes the request when the person at the desk interrupts the turn', async () => {
    write(`ask: touch ${file('left')}`);
    await asked('left');
    system.tmux('send-keys', '-t', window, 'Escape');
    // The hook's end and Codex's records tell of it at once; whoever is first says it in its own words.
    const over = /Answered at the terminal|does not wait for this any more/;
    await system.telegram.waitFor(() => saying(system, file('left')).some((m) => over.test(m.text)), 30_000);
    expect(asking('left')).toBeUndefined();
    await atRest();
    expect(existsSync(file('left'))).toBe(false);
  });

  it('closes the request, and lets the terminal answer, when its hook is no longer there', async () => {
    write(`ask: touch ${file('desk')}`);
    await asked('desk');
    process.kill(hook(), 'SIGTERM');
    await until(() => /Would you like to run|Yes, proceed/.test(screen()));
    system.tmux('send-keys', '-t', window, 'y');
    await until(() => existsSync(file('desk')));
    await system.telegram.waitFor(() => asking('desk') === undefined);
    await atRest();
  });

  it('shows context and limits on the card and in /usage, and is interrupted by a tap', async () => {
    write('limits');
    await told(system, 'limits told');
    await told(system, 'more than 50 % of the five-hour limit is used (52 %)');
    await atRest();
    write('slow');
    const card = await system.telegram.waitFor(stopButton, 30_000);
    expect(card.text).toMatch(/ctx \d+ %/);
    expect(card.text).toContain('gpt-5');
    tap('⏹ Stop', card);
    await told(system, 'interrupted');
    write('/usage');
    const usage = await told(system, 'Limits of Codex');
    expect(usage.text).toMatch(/the five-hour limit: 52 % used, begins anew .*\(in 1 .+\)/);
    expect(usage.text).toMatch(/the weekly limit: 31 % used/);
    expect(usage.text).toMatch(/demo: ctx \d+ % .*gpt-5/);
    expect(count(system, 'too late')).toBe(0);
  });

  it('goes on from the archive in the same rollout, after whatever still wrote it was ended', async () => {
    write('the first of two');
    await told(system, 'You said: the first of two');
    await atRest();
    const [rollout = ''] = rollouts(system).filter((path) => holds(path, 'the first of two'));
    const [id = ''] = /[0-9a-f-]{36}(?=\.jsonl$)/.exec(rollout) ?? [];
    expect(writers(rollout)).toHaveLength(1);
    write('/done');
    await told(system, 'in the archive');
    await until(() => writers(rollout).length === 0);
    const before = readFileSync(rollout, 'utf8');

    // A Codex in no window of ccbot's has the transcript: Codex lets no second one write it.
    const flags = '-c shell_environment_policy.set.CCBOT_INTERFACE=telegram --dangerously-bypass-hook-trust';
    const orphan = `HOME='${system.home}' SCRIPTED_KEY=k '${codexProgram()}' resume ${id} ${flags}`;
    system.tmux('new-session', '-d', '-s', 'desk', '-x', '100', '-y', '30', '-c', system.project, orphan);
    await until(() => writers(rollout).length === 1);
    const [left] = writers(rollout);

    write('/archive');
    await told(system, 'Archive');
    tap('1');
    await told(system, system.project);
    tap('▶ Restore');
    write('the second of two');
    await told(system, 'You said: the second of two', 60_000);
    expect(writers(rollout)).toHaveLength(1);
    expect(writers(rollout)).not.toContain(left);
    expect(readFileSync(rollout, 'utf8').startsWith(before)).toBe(true);
    expect(rollouts(system).filter((path) => holds(path, 'the second of two'))).toEqual([rollout]);
    expect(count(system, 'You said: the first of two')).toBe(1); // nothing of before is told again
  });

  /** The hook that waits for the person. */
  function hook(): number {
    const pid = processes().find((one) => {
      const line = read(`/proc/${one}/cmdline`).split('\0').join(' ');
      return /hook\.js codex/.test(line) && read(`/proc/${one}/environ`).includes(system.ccbotDir);
    });
    if (pid === undefined) throw new Error('no hook waits');
    return pid;
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
    return ''; // it ended meanwhile
  }
}

/** The transcripts of a home. */
const rollouts = (system: System): string[] =>
  readdirSync(join(system.home, '.codex/sessions'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => join(system.home, '.codex/sessions', name));

const holds = (path: string, text: string): boolean => readFileSync(path, 'utf8').includes(text);

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
      return false; // it ended meanwhile
    }
  });
