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

/**
 * Trusts ccbot's hooks, as a user does once at the terminal: with a look at the screen before each key, and the key again
 * where the screen stays as it was. Codex on a busy machine was seen to take no notice of keys that came while it started.
 */
async function trustHooks(): Promise<void> {
  let seen = '';
  let pressedAt = 0;
  await screenShows((text) => {
    const isAsked = text.includes('Trust all and continue');
    if (isAsked && (text !== seen || performance.now() - pressedAt > 2_000)) {
      const key = /› 2\. Trust all/.test(text) ? 'Enter' : text.includes('› 1.') ? 'Down' : 'Up';
      system.tmux('send-keys', '-t', 'desk', key);
      seen = text;
      pressedAt = performance.now();
    }
    return seen !== '' && !isAsked && text.includes('›');
  });
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
  await trustHooks();
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
  await screenShows((text) => text.includes('You said: written on the phone'));
  expect(count(system, 'You said: written at the terminal')).toBe(0); // written before the adoption
});
