import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { count, saying, told } from './harness/chat';
import { claudeProgram, prepareSystem, type System } from './harness/system';

jest.setTimeout(120_000);

let system: System;
beforeAll(async () => {
  system = await prepareSystem({
    rules: [
      ({ prompt, results }) =>
        prompt === 'say a number' && results.length === 0
          ? {
              blocks: [
                {
                  type: 'tool_use',
                  name: 'Bash',
                  input: { command: 'python3 -c "print(2001)"', description: 'Say a number' },
                },
              ],
            }
          : null,
    ],
  });
});
afterAll(() => system.stop());

/** What a person at the desk starts in a tmux session of their own: a shell, and Claude Code from it. */
function startAtDesk(): void {
  const env = Object.entries(system.env).filter(([key]) =>
    /^(HOME|PATH|LANG|TERM|IS_|DISABLE|CLAUDE_CODE|ANTHROPIC|CCBOT_DIR)/.test(key),
  );
  const given = env.flatMap(([key, value]) => ['-e', `${key}=${value}`]);
  system.tmux('-f', '/dev/null', 'new-session', '-d', '-s', 'desk', '-x', '100', '-y', '30', '-c', system.project, ...given, 'sh'); // prettier-ignore
  // The server is the person's: what ccbot starts in it has the person's environment too.
  for (const one of env) system.tmux('set-environment', '-g', ...one);
  system.tmux('send-keys', '-t', 'desk', `${claudeProgram()} --permission-mode default`, 'Enter');
}
const screen = (): string => system.tmux('capture-pane', '-p', '-t', 'desk');
/** Nothing tells of what a program at the desk shows. */
async function shows(fits: (text: string) => boolean): Promise<void> {
  for (const since = performance.now(); !fits(screen());) {
    if (performance.now() - since > 30_000) throw new Error(`the desk shows:\n${screen()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
/** The agents that run, by their own files. */
const agents = (): string[] => {
  const folder = join(system.home, '.claude/sessions');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => {
    try {
      return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${name.replace('.json', '')}/stat`, 'utf8'));
    } catch {
      return false; // it has ended
    }
  });
};

/** The transcripts of the project. */
const transcripts = (): string[] => {
  const folder = join(system.home, '.claude/projects');
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => path.endsWith('.jsonl'))
    .map((path) => readFileSync(path, 'utf8'));
};

it('goes on from the phone with an agent that was started at the desk, and lets the window go with it', async () => {
  const { owner } = system.telegram;
  startAtDesk();
  await shows((text) => text.includes('❯'));
  system.tmux('send-keys', '-t', 'desk', 'written at the desk', 'Enter');
  await shows((text) => text.includes('You said: written at the desk'));
  system.supervise();
  const offer = await told(system, 'runs at the desk');
  expect(offer.text).toContain('desk:');
  expect(offer.text).toContain(system.project);
  expect(offer.keyboard.flat().map(({ text }) => text)).toContain('Adopt');
  owner.tap('Adopt', offer.id);
  await told(system, 'is a session now');

  owner.say('written on the phone');
  await told(system, 'You said: written on the phone');
  expect(screen()).toContain('You said: written on the phone');
  expect(agents()).toHaveLength(1);
  expect(count(system, 'You said: written at the desk')).toBe(0); // it was before
  // Typed at the desk, it is told as well.
  system.tmux('send-keys', '-t', 'desk', 'at the desk once more', 'Enter');
  await told(system, 'You said: at the desk once more');
  // The person's window keeps its size, and is seen in both tmux sessions.
  expect(system.tmux('display-message', '-p', '-t', 'desk', '#{window_width}x#{window_height}')).toBe(
    '100x30\n',
  );
  expect(system.tmux('list-panes', '-s', '-t', 'ccbot', '-F', '#{@ccbot_pane}').trim()).not.toBe('');

  // `/clear` at the desk begins another session of the agent in the same window.
  system.tmux('send-keys', '-t', 'desk', '/clear', 'Enter');
  await shows((text) => !text.includes('at the desk once more'));
  owner.say('after the clearing');
  await told(system, 'You said: after the clearing');

  // Its agent ends: what is written then must not be run by the shell.
  system.tmux('send-keys', '-t', 'desk', '/exit', 'Enter');
  await told(system, 'ended at the desk');
  owner.say('touch typed-into-the-shell');
  await system.telegram.waitFor(() => owner.fromBot().at(-1)?.text.includes('/new'));
  expect(existsSync(join(system.project, 'typed-into-the-shell'))).toBe(false);
  expect(system.tmux('list-sessions', '-F', '#{session_name}')).toContain('desk');
  expect(system.tmux('list-panes', '-s', '-t', 'ccbot', '-F', '#{pane_id}').trim().split('\n')).toHaveLength(
    1,
  );
});

it('offers an agent as soon as its hook tells of it, lets it be answered with a tap, and ends it alone when the person is done', async () => {
  const { owner } = system.telegram;
  system.tmux('send-keys', '-t', 'desk', 'clear', 'Enter');
  system.tmux('send-keys', '-t', 'desk', `${claudeProgram()} --permission-mode default`, 'Enter');
  const offer = await system.telegram.waitFor(() => saying(system, 'runs at the desk').at(-1), 30_000);
  owner.tap('Adopt', offer.id);
  await system.telegram.waitFor(() => count(system, 'is a session now') >= 1);
  await shows((text) => text.includes('❯'));
  owner.say('the first words of it');
  await told(system, 'You said: the first words of it');
  owner.say('say a number');
  const ask = await told(system, 'wants to run');
  expect(ask.text).toContain('python3 -c "print(2001)"');
  owner.tap('✓ Allow', ask.id);
  await told(system, 'Done: 2001');
  expect(count(system, '✓ Allowed.')).toBe(1);
  owner.say('/done');
  await told(system, 'is done and in the archive');
  // The agent is ended, the person's shell is not.
  while (agents().length > 0) await new Promise((resolve) => setTimeout(resolve, 50)); // no event tells of it
  expect(system.tmux('list-sessions', '-F', '#{session_name}')).toContain('desk');
});

it('goes on from the archive in a window of its own, with the same transcript, and leaves the desk alone', async () => {
  const { owner } = system.telegram;
  const atDesk = system.tmux('list-panes', '-s', '-t', 'desk', '-F', '#{pane_id}');
  owner.say('/archive');
  const list = await system.telegram.waitFor(() =>
    saying(system, 'Archive').find((m) => m.text.includes('the first words of it')),
  );
  const number = /(\d+)\. .*the first words of it/.exec(list.text)?.[1] ?? '';
  owner.tap(number, list.id);
  await system.telegram.waitFor(() =>
    owner.fromBot().some((m) => m.keyboard.flat().some(({ text }) => text === '▶ Restore')),
  );
  owner.tap('▶ Restore');
  owner.say('and on from the archive');
  await told(system, 'You said: and on from the archive', 60_000);
  expect(agents()).toHaveLength(1);
  const whole = transcripts().filter((text) => text.includes('and on from the archive'));
  expect(whole).toHaveLength(1);
  expect(whole[0]).toContain('the first words of it');
  expect(count(system, 'You said: the first words of it')).toBe(1);
  expect(system.tmux('list-panes', '-s', '-t', 'desk', '-F', '#{pane_id}')).toBe(atDesk);
  // It is a session like any other now: its window goes with it.
  owner.say('/done');
  await system.telegram.waitFor(() => count(system, 'is done and in the archive') === 2);
  while (agents().length > 0) await new Promise((resolve) => setTimeout(resolve, 50)); // no event tells of it
  expect(system.tmux('list-panes', '-s', '-t', 'desk', '-F', '#{pane_id}')).toBe(atDesk);
  expect(system.tmux('list-panes', '-s', '-t', 'ccbot', '-F', '#{@ccbot_pane}').trim()).toBe('');
});
