import { count, botSays } from './harness/chat';
import { codexProgram, prepareSystem, type System } from './harness/system';
import { until } from './harness/until';

let system: System;
beforeAll(async () => {
  system = await prepareSystem({ codex: true });
});
afterAll(() => system.stop());

const screen = (): string => system.tmux('capture-pane', '-p', '-t', 'desk');
/** Polls the screen, for which there are no events. */
async function screenShows(matches: (text: string) => boolean): Promise<void> {
  await until(() => matches(screen()), screen);
}

it('takes over a Codex that was started at the terminal', async () => {
  const { owner } = system.telegram;
  const env = Object.entries(system.env)
    .filter(([key]) => /^(HOME|PATH|LANG|TERM|CODEX|OPENAI|SCRIPTED|CCBOT_DIR)/.test(key))
    .flatMap(([key, value]) => ['-e', `${key}=${value}`]);
  system.supervise();
  await system.telegram.waitFor(() => system.telegram.polls.length > 0);
  system.tmux('-f', '/dev/null', 'new-session', '-d', '-s', 'desk', '-x', '100', '-y', '30', '-c', system.project, ...env, 'sh'); // oxfmt-ignore
  system.tmux('send-keys', '-t', 'desk', `${codexProgram()} -c daemon_auto_start=false`, 'Enter');
  // The user trusts ccbot's hooks once, at the terminal.
  await screenShows((text) => text.includes('Trust all and continue'));
  system.tmux('send-keys', '-t', 'desk', '2', 'Enter');
  await screenShows((text) => text.includes('›') && !text.includes('Trust all'));
  system.tmux('send-keys', '-t', 'desk', '-l', 'written at the terminal');
  await screenShows((text) => text.includes('written at the terminal'));
  system.tmux('send-keys', '-t', 'desk', 'Enter');
  await screenShows((text) => text.includes('You said: written at the terminal'));

  const offer = await botSays(system, 'runs at the terminal');
  expect(offer.text).toContain('Codex');
  owner.tap('Adopt', offer.id);
  await botSays(system, 'is a session now');
  owner.say('written on the phone');
  await botSays(system, 'You said: written on the phone');
  expect(screen()).toContain('You said: written on the phone');
  expect(count(system, 'You said: written at the terminal')).toBe(0); // written before the adoption
});
