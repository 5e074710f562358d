import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import { count, botMessages, startSession, botSays } from './harness/chat';
import { AT_TELEGRAMS_PACE, prepareSystem, type System } from './harness/system';
import { eventually, until } from './harness/until';

/** Resolves when the agent's screen matches. */
async function screenShows(system: System, matches: (screen: string) => boolean): Promise<void> {
  const screen = (): string => system.tmux('capture-pane', '-p', '-t', 'ccbot:demo');
  await until(() => matches(screen()), screen);
}

/** A promise that `open` resolves. */
function gate(): { closed: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const closed = new Promise<void>((resolve) => (open = resolve));
  return { closed, open };
}

/** In the command that presses Enter for a prompt: the mark that goes with it. */
const ENTER = " enter'";

const prompts = (system: System): string[] => system.model.requests.map((r) => r.prompt);
const message = (system: System, id: number): ChatMessage | undefined =>
  system.telegram.owner.chat().find((m) => m.id === id);
const reaction = (system: System, id: number, emoji: string): Promise<unknown> =>
  system.telegram.waitFor(() => message(system, id)?.reaction === emoji);

describe('a message to the real Claude Code', () => {
  let system: System;
  let fault: string;
  const release = gate();

  beforeAll(async () => {
    system = await prepareSystem({
      settings: AT_TELEGRAMS_PACE,
      rules: [
        ({ prompt }) =>
          prompt.includes('wait for me')
            ? { blocks: [{ type: 'text', text: 'It is done.' }], hold: release.closed }
            : null,
      ],
    });
    fault = join(system.dir, 'fault.json');
    system.env['CCBOT_TEST_FAULT'] = fault;
    system.env['NODE_OPTIONS'] = `--require ${join(__dirname, 'fixtures/tmux-fault.cjs')}`;
    system.supervise();
    await startSession(system);
  });
  afterAll(async () => {
    release.open();
    await system.stop();
  });
  const write = (text: string): number => system.telegram.owner.say(text);
  const setFault = (line: string, kind: 'kill-before' | 'kill-after' | 'drop' | 'forget'): void =>
    writeFileSync(fault, JSON.stringify({ line, do: kind }));
  const isFaultOver = (): boolean => !existsSync(fault);
  /** Types at the terminal, and waits until the screen shows it. */
  const typeAtTerminal = async (text: string): Promise<void> => {
    press('-l', text);
    await screenShows(system, (screen) => screen.includes(text.replace(/^!/, '')));
  };
  const press = (...keys: string[]): void => void system.tmux('send-keys', '-t', 'ccbot:demo', ...keys);
  const times = (prompt: string): number => prompts(system).filter((p) => p === prompt).length;

  it('waits for a draft at the terminal, says so, and is typed when the draft is sent', async () => {
    await typeAtTerminal('half a thought');
    const id = write('from the phone');
    await botSays(system, 'Someone is typing in');
    await reaction(system, id, '😴');
    expect(prompts(system)).toEqual([]);
    press('Enter');
    await botSays(system, 'You said: half a thought');
    await botSays(system, 'You said: from the phone');
    await eventually(() => expect(prompts(system)).toEqual(['half a thought', 'from the phone']));
    await system.telegram.waitFor(() => count(system, 'Someone is typing') === 0);
  });

  it('waits for a draft in shell mode, and is typed when the draft is deleted', async () => {
    await typeAtTerminal('!rm -rf');
    write('no command');
    await botSays(system, 'Someone is typing in');
    press('C-u');
    press('BSpace');
    await botSays(system, 'You said: no command');
    await eventually(() => expect(prompts(system).at(-1)).toBe('no command'));
  });

  it('is typed even when the terminal is scrolled back', async () => {
    system.tmux('copy-mode', '-t', 'ccbot:demo');
    expect(system.tmux('display-message', '-p', '-t', 'ccbot:demo', '#{pane_in_mode}')).toBe('1\n');
    write('out of copy mode');
    await botSays(system, 'You said: out of copy mode');
  });

  it('is submitted when the first Enter is lost, and typed only once', async () => {
    setFault(ENTER, 'drop');
    const id = write('with a lost key');
    await botSays(system, 'You said: with a lost key');
    await reaction(system, id, '👌');
    expect(times('with a lost key')).toBe(1);
    expect(isFaultOver()).toBe(true);
  });

  it('is marked as queued by a busy agent, and then as received', async () => {
    write('wait for me');
    await system.model.waitFor((r) => r.prompt.includes('wait for me'));
    const id = write('and one more thing');
    await reaction(system, id, '✍');
    release.open();
    await botSays(system, 'You said: and one more thing');
    await reaction(system, id, '👌');
    expect(times('and one more thing')).toBe(1);
  });

  it('is submitted when ccbot is killed between the text and Enter', async () => {
    setFault(ENTER, 'kill-before');
    const id = write('without its key');
    await botSays(system, 'You said: without its key');
    await reaction(system, id, '👌');
    expect(times('without its key')).toBe(1);
    expect(isFaultOver()).toBe(true);
    expect(count(system, 'could not confirm that the agent received')).toBe(0);
  });

  it('is neither typed again nor asked about when ccbot is killed right after Enter', async () => {
    setFault(ENTER, 'kill-after');
    const id = write('killed right after it');
    await botSays(system, 'You said: killed right after it');
    await reaction(system, id, '👌');
    write('the one after');
    await botSays(system, 'You said: the one after');
    expect(times('killed right after it')).toBe(1);
    expect(isFaultOver()).toBe(true);
    expect(count(system, 'could not confirm that the agent received')).toBe(0);
  });

  it('is typed in its turn when ccbot is killed before the first key', async () => {
    setFault('of two, the first', 'kill-before');
    write('of two, the first');
    write('of two, the second');
    await botSays(system, 'You said: of two, the second');
    const ofTwo = (): string[] => prompts(system).filter((p) => p.startsWith('of two'));
    await eventually(() => expect(ofTwo()).toEqual(['of two, the first', 'of two, the second']));
    expect(isFaultOver()).toBe(true);
    expect(count(system, 'could not confirm that the agent received')).toBe(0);
  });

  it('is asked about when nothing tells whether it was typed, and typed once when the user chooses that', async () => {
    setFault('nothing shows it', 'forget');
    write('nothing shows it');
    await botSays(system, 'could not confirm that the agent received');
    expect(isFaultOver()).toBe(true);
    expect(times('nothing shows it')).toBe(0);
    system.telegram.owner.tap('Send again');
    await botSays(system, 'You said: nothing shows it');
    expect(times('nothing shows it')).toBe(1);
    await system.telegram.waitFor(() => count(system, 'could not confirm that the agent received') === 0);
  });

  it('is forgotten when the user discards it', async () => {
    setFault('drop this one', 'forget');
    write('drop this one');
    await botSays(system, 'could not confirm that the agent received');
    system.telegram.owner.tap('Drop');
    await system.telegram.waitFor(() => count(system, 'could not confirm that the agent received') === 0);
    write('after the dropped one');
    await botSays(system, 'You said: after the dropped one');
    expect(times('drop this one')).toBe(0);
  });
});

describe('a message for Claude Code in vim’s NORMAL mode', () => {
  let system: System;
  afterAll(() => system.stop());

  it('arrives unchanged, with one line and with several', async () => {
    system = await prepareSystem();
    for (const name of ['.claude.json', '.claude/settings.json']) {
      const path = join(system.home, name);
      const settings = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
      writeFileSync(path, JSON.stringify({ ...settings, editorMode: 'vim' }));
    }
    system.supervise();
    await startSession(system);
    const normal = async (): Promise<void> => {
      const screen = system.tmux('capture-pane', '-p', '-t', 'ccbot:demo');
      // A key right after Escape would be read as Alt plus that key, so Escape is pressed only where it changes the mode.
      if (screen.includes('-- INSERT --')) system.tmux('send-keys', '-t', 'ccbot:demo', 'Escape');
      await screenShows(system, (now) => !now.includes('-- INSERT --'));
    };
    await screenShows(system, (screen) => screen.includes('-- INSERT --'));
    await normal();
    system.telegram.owner.say('add a dd here');
    await botSays(system, 'You said: add a dd here');
    await normal();
    system.telegram.owner.say('xx first\ndd second');
    await botSays(system, 'You said: xx first');
    system.telegram.owner.say('in insert mode\nas well');
    await botSays(system, 'You said: in insert mode');
    await eventually(() =>
      expect(prompts(system)).toEqual(['add a dd here', 'xx first\ndd second', 'in insert mode\nas well']),
    );
    expect(botMessages(system, 'could not confirm')).toEqual([]);
  });
});
