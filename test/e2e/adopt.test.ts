import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { count, botMessages, botSays } from './harness/chat';
import { claudeProgram, prepareSystem, type System } from './harness/system';
import { eventually, until } from './harness/until';

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

/** Starts a shell, and Claude Code from it, in a tmux session of the user. */
function startAtTerminal(): void {
  const env = Object.entries(system.env).filter(([key]) =>
    /^(HOME|PATH|LANG|TERM|IS_|DISABLE|CLAUDE_CODE|ANTHROPIC|CCBOT_DIR)/.test(key),
  );
  const flags = env.flatMap(([key, value]) => ['-e', `${key}=${value}`]);
  system.tmux('-f', '/dev/null', 'new-session', '-d', '-s', 'desk', '-x', '100', '-y', '30', '-c', system.project, ...flags, 'sh'); // oxfmt-ignore
  // The tmux server is the user's, so windows that ccbot opens in it get the user's environment too.
  for (const [key, value] of env) system.tmux('set-environment', '-g', key, value);
  system.tmux('send-keys', '-t', 'desk', `${claudeProgram()} --permission-mode default`, 'Enter');
}
const screen = (): string => system.tmux('capture-pane', '-p', '-t', 'desk');
/** Polls the screen, for which there are no events. */
async function screenShows(matches: (text: string) => boolean): Promise<void> {
  await until(() => matches(screen()), screen);
}
/** The running agents, by their session files. */
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

it('takes over an agent that was started at the terminal, and releases its window when the agent exits', async () => {
  const { owner } = system.telegram;
  startAtTerminal();
  await screenShows((text) => text.includes('❯'));
  system.tmux('send-keys', '-t', 'desk', 'written at the terminal', 'Enter');
  await screenShows((text) => text.includes('You said: written at the terminal'));
  system.supervise();
  const offer = await botSays(system, 'runs at the terminal');
  expect(offer.text).toContain('desk:');
  expect(offer.text).toContain(system.project);
  expect(offer.keyboard.flat().map(({ text }) => text)).toContain('Adopt');
  owner.tap('Adopt', offer.id);
  await botSays(system, 'is a session now');

  owner.say('written on the phone');
  await botSays(system, 'You said: written on the phone');
  await screenShows((text) => text.includes('You said: written on the phone'));
  expect(agents()).toHaveLength(1);
  expect(count(system, 'You said: written at the terminal')).toBe(0); // written before the adoption
  // What is typed at the terminal is shown in the chat as well.
  system.tmux('send-keys', '-t', 'desk', 'at the terminal once more', 'Enter');
  await botSays(system, 'You said: at the terminal once more');
  // The user's window keeps its size, and is linked into both tmux sessions.
  expect(system.tmux('display-message', '-p', '-t', 'desk', '#{window_width}x#{window_height}')).toBe(
    '100x30\n',
  );
  expect(system.tmux('list-panes', '-s', '-t', 'ccbot', '-F', '#{@ccbot_pane}').trim()).not.toBe('');

  // `/clear` at the terminal starts another session of the agent in the same window.
  system.tmux('send-keys', '-t', 'desk', '/clear', 'Enter');
  await screenShows((text) => !text.includes('at the terminal once more'));
  owner.say('after the clearing');
  await botSays(system, 'You said: after the clearing');

  // After the agent exits, messages must not reach the shell.
  system.tmux('send-keys', '-t', 'desk', '/exit', 'Enter');
  await botSays(system, 'exited at the terminal');
  owner.say('touch typed-into-the-shell');
  owner.tap('🗑 Discard', (await botSays(system, 'Your message is kept')).id);
  await system.telegram.waitFor(() => count(system, 'Your message is kept') === 0);
  expect(existsSync(join(system.project, 'typed-into-the-shell'))).toBe(false);
  expect(system.tmux('list-sessions', '-F', '#{session_name}')).toContain('desk');
  expect(system.tmux('list-panes', '-s', '-t', 'ccbot', '-F', '#{pane_id}').trim().split('\n')).toHaveLength(
    1,
  );
});

it('offers an agent as soon as its hook runs, answers its request with a tap, and ends only the agent on /done', async () => {
  const { owner } = system.telegram;
  system.tmux('send-keys', '-t', 'desk', 'clear', 'Enter');
  system.tmux('send-keys', '-t', 'desk', `${claudeProgram()} --permission-mode default`, 'Enter');
  const offer = await system.telegram.waitFor(() => botMessages(system, 'runs at the terminal').at(-1));
  owner.tap('Adopt', offer.id);
  await system.telegram.waitFor(() => count(system, 'is a session now') >= 1);
  await screenShows((text) => text.includes('❯'));
  owner.say('the first words of it');
  await botSays(system, 'You said: the first words of it');
  owner.say('say a number');
  const request = await botSays(system, 'wants to run');
  expect(request.text).toContain('python3 -c "print(2001)"');
  owner.tap('✓ Allow', request.id);
  await botSays(system, 'Done: 2001');
  expect(count(system, '✓ Allowed.')).toBe(1);
  owner.say('/done');
  await botSays(system, 'is done and archived');
  // The agent has exited, the user's shell has not.
  await until(() => agents().length === 0);
  expect(system.tmux('list-sessions', '-F', '#{session_name}')).toContain('desk');
});

it('is restored from the archive in a new window with the same transcript, and leaves the terminal alone', async () => {
  const { owner } = system.telegram;
  const atTerminal = system.tmux('list-panes', '-s', '-t', 'desk', '-F', '#{pane_id}');
  owner.say('/archive');
  const list = await system.telegram.waitFor(() =>
    botMessages(system, 'Archive').find((m) => m.text.includes('the first words of it')),
  );
  const number = /(\d+)\. .*the first words of it/.exec(list.text)?.[1] ?? '';
  owner.tap(number, list.id);
  await system.telegram.waitFor(() =>
    owner.fromBot().some((m) => m.keyboard.flat().some(({ text }) => text === '▶ Restore')),
  );
  owner.tap('▶ Restore');
  owner.say('and on from the archive');
  await botSays(system, 'You said: and on from the archive');
  expect(agents()).toHaveLength(1);
  await eventually(() => {
    const continued = transcripts().filter((text) => text.includes('and on from the archive'));
    expect(continued).toHaveLength(1);
    expect(continued[0]).toContain('the first words of it');
  });
  expect(count(system, 'You said: the first words of it')).toBe(1);
  expect(system.tmux('list-panes', '-s', '-t', 'desk', '-F', '#{pane_id}')).toBe(atTerminal);
  // It is now a session like any other, so its window closes with it.
  owner.say('/done');
  await system.telegram.waitFor(() => count(system, 'is done and archived') === 2);
  await until(() => agents().length === 0);
  expect(system.tmux('list-panes', '-s', '-t', 'desk', '-F', '#{pane_id}')).toBe(atTerminal);
  expect(system.tmux('list-panes', '-s', '-t', 'ccbot', '-F', '#{@ccbot_pane}').trim()).toBe('');
});
