import { count, told } from './harness/chat';
import { codexProgram, prepareSystem, type System } from './harness/system';

jest.setTimeout(120_000);

let system: System;
beforeAll(async () => {
  system = await prepareSystem({ codex: true });
});
afterAll(() => system.stop());

const screen = (): string => system.tmux('capture-pane', '-p', '-t', 'desk');
/** Nothing tells of what a program at the desk shows. */
async function shows(fits: (text: string) => boolean): Promise<void> {
  for (const since = performance.now(); !fits(screen());) {
    if (performance.now() - since > 30_000) throw new Error(`the desk shows:\n${screen()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

it('goes on from the phone with a Codex that was started at the desk', async () => {
  const { owner } = system.telegram;
  const env = Object.entries(system.env)
    .filter(([key]) => /^(HOME|PATH|LANG|TERM|CODEX|OPENAI|CCBOT_DIR)/.test(key))
    .flatMap(([key, value]) => ['-e', `${key}=${value}`]);
  system.supervise();
  await system.telegram.waitFor(() => system.telegram.polls.length > 0, 30_000);
  system.tmux('-f', '/dev/null', 'new-session', '-d', '-s', 'desk', '-x', '100', '-y', '30', '-c', system.project, ...env, 'sh'); // prettier-ignore
  system.tmux('send-keys', '-t', 'desk', `${codexProgram()} -c daemon_auto_start=false`, 'Enter');
  // The person trusts ccbot's hooks once, at the desk.
  await shows((text) => text.includes('Trust all and continue'));
  system.tmux('send-keys', '-t', 'desk', '2', 'Enter');
  await shows((text) => text.includes('›') && !text.includes('Trust all'));
  system.tmux('send-keys', '-t', 'desk', '-l', 'written at the desk');
  await shows((text) => text.includes('written at the desk'));
  system.tmux('send-keys', '-t', 'desk', 'Enter');
  await shows((text) => text.includes('You said: written at the desk'));

  const offer = await told(system, 'runs at the desk');
  expect(offer.text).toContain('Codex');
  owner.tap('Adopt', offer.id);
  await told(system, 'is a session now');
  owner.say('written on the phone');
  await told(system, 'You said: written on the phone');
  expect(screen()).toContain('You said: written on the phone');
  expect(count(system, 'You said: written at the desk')).toBe(0); // it was before
});
