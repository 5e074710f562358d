import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Block } from '@ccbot/sandbox/model/script';
import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import { claudeProgram, prepareSystem, type System } from './harness/system';
import { count, botMessages, startSession, botSays } from './harness/chat';
import { eventually, until } from './harness/until';

const say = (text: string): Block => ({ type: 'text', text });
const bash = (command: string): Block => ({
  type: 'tool_use',
  name: 'Bash',
  input: { command, description: 'a command' },
});

/** A promise that `open` resolves. */
function gate(): { closed: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const closed = new Promise<void>((resolve) => (open = resolve));
  return { closed, open };
}

describe('unusual turns of the real Claude Code', () => {
  let system: System;
  const never = gate();
  const release = gate();

  beforeAll(async () => {
    system = await prepareSystem({
      settings: { CLAUDE_CODE_MAX_RETRIES: '1' },
      rules: [
        ({ prompt, results }) => {
          if (results.length > 0) return null;
          if (prompt.includes('say nothing yet')) return { blocks: [say('too late')], hold: never.closed };
          if (prompt.includes('stand still'))
            return { blocks: [say('A first part.'), { type: 'pause', until: never.closed }, say('rest')] };
          if (prompt.includes('wait for me')) return { blocks: [say('It is done.')], hold: release.closed };
          if (prompt.includes('dead login'))
            return { refuse: { status: 401, type: 'authentication_error', message: 'no such key' } };
          const command = /^run: (.*)$/s.exec(prompt)?.[1];
          return command === undefined ? null : { blocks: [bash(command)] };
        },
      ],
    });
    system.supervise();
    await startSession(system);
  });
  afterAll(async () => {
    never.open();
    release.open();
    await system.stop();
  });
  const write = (text: string): number => system.telegram.owner.say(text);
  /** The live cards of running turns: those with a Stop button. */
  const working = (): ChatMessage[] =>
    system.telegram.owner.fromBot().filter((m) => m.keyboard.flat().some((b) => b.text === '⏹ Stop'));
  const stop = async (): Promise<void> => {
    const card = await system.telegram.waitFor(() => working().at(-1));
    system.telegram.owner.tap('⏹ Stop', card.id);
  };
  const prompts = (): string[] => system.model.requests.map((r) => r.prompt);

  it('ends a turn that is stopped before the agent says anything, and types the next prompt alone', async () => {
    write('say nothing yet\nand this second line');
    await system.model.waitFor((r) => r.prompt.includes('say nothing yet'));
    await stop();
    await botSays(system, 'interrupted');
    await system.telegram.waitFor(() => working().length === 0);
    write('the next one');
    await botSays(system, 'You said: the next one');
    await eventually(() => expect(prompts().at(-1)).toBe('the next one'));
  });

  it('ends a turn that is stopped in the middle of the answer, and keeps the first part', async () => {
    const before = count(system, 'interrupted');
    write('stand still');
    await system.model.waitFor((r) => r.prompt.includes('stand still'));
    await stop();
    await system.telegram.waitFor(() => count(system, 'interrupted') > before);
    await botSays(system, 'A first part.');
    write('after the middle');
    await botSays(system, 'You said: after the middle');
  });

  it('marks a prompt that is sent during a turn as queued, and answers it once', async () => {
    write('wait for me');
    await system.model.waitFor((r) => r.prompt.includes('wait for me'));
    const id = write('and one more thing');
    await system.telegram.waitFor(
      () => system.telegram.owner.chat().find((m) => m.id === id)?.reaction === '✍',
    );
    release.open();
    await botSays(system, 'It is done.');
    await botSays(system, 'You said: and one more thing');
    expect(count(system, 'It is done.')).toBe(1);
    expect(count(system, 'You said: and one more thing')).toBe(1);
  });

  it('shows an error of the API and ends the turn', async () => {
    write('dead login');
    const failed = await botSays(system, 'authentication_failed');
    await system.telegram.waitFor(() => botMessages(system, 'failed')[0]);
    expect(failed.text).toContain('no such key');
    await system.telegram.waitFor(() => working().length === 0);
  });

  it('holds messages during a permission dialog, and types them when the request is allowed', async () => {
    const file = join(system.dir, 'touched');
    write(`run: touch ${file}`);
    const request = await botSays(system, 'wants to run');
    // The dialog appears at the terminal a moment after its hook starts.
    const screen = (): string => system.tmux('capture-pane', '-p', '-t', 'ccbot:demo');
    await until(() => screen().includes('1. Yes'), screen);
    write('written into the dialog');
    await botSays(system, 'shows a dialog, so your message waits');
    system.telegram.owner.tap('✓ Allow', request.id);
    // It is typed while the tool still runs, so it joins the turn.
    await system.model.waitFor((r) => JSON.stringify(r.body['messages']).includes('written into the dialog'));
    expect(readFileSync(file, 'utf8')).toBe('');
    await system.telegram.waitFor(() => count(system, 'Screen of demo') === 0);
  });

  it('shows the page that a slash command opens, and types nothing into it', async () => {
    // The last message may have joined the turn or started a new one, so this waits until the agent is idle.
    const screen = (): string => system.tmux('capture-pane', '-p', '-t', 'ccbot:demo');
    let idleChecks = 0; // no event reports that nothing follows
    await until(() => {
      idleChecks = /esc to interrupt/.test(screen()) || working().length > 0 ? 0 : idleChecks + 1;
      return idleChecks > 20;
    }, screen);
    write('/cost');
    await botSays(system, 'Esc to close');
    write('not into the page');
    await botSays(system, 'so your message waits');
    system.telegram.owner.tap('Esc');
    await botSays(system, 'You said: not into the page');
    await eventually(() => expect(prompts().at(-1)).toBe('not into the page'));
  });

  it('does not give the window to an agent that runs inside the agent', async () => {
    const map = (): string => readFileSync(join(system.ccbotDir, 'session_map.json'), 'utf8');
    const before = map();
    const script = join(system.dir, 'nested.sh');
    writeFileSync(script, `#!/bin/sh\nexec '${claudeProgram()}' -p 'hello from inside'\n`, { mode: 0o755 });
    write(`run: ${script}`);
    const request = await system.telegram.waitFor(() =>
      botMessages(system, 'wants to run').find((m) => m.text.includes('nested.sh') && m.keyboard.length > 0),
    );
    system.telegram.owner.tap('✓ Allow', request.id);
    await botSays(system, 'Done: You said: hello from inside');
    expect(map()).toBe(before);
    write('still here');
    await botSays(system, 'You said: still here');
    expect(count(system, 'You said: hello from inside')).toBe(1);
  });
});

describe('without hooks', () => {
  let system: System;
  afterAll(() => system.stop());

  it('still shows the answer, from the files of the agent', async () => {
    system = await prepareSystem({ installHooks: false });
    expect(readFileSync(join(system.home, '.claude/settings.json'), 'utf8')).not.toContain('ccbot');
    system.supervise();
    await startSession(system);
    const id = system.telegram.owner.say('can you hear me');
    await botSays(system, 'You said: can you hear me');
    await system.telegram.waitFor(
      () => system.telegram.owner.chat().find((m) => m.id === id)?.reaction === '👌',
    );
  });
});

describe('the first message', () => {
  let system: System;
  afterEach(() => system.stop());

  it('is typed as soon as the agent is ready, however early it was sent', async () => {
    system = await prepareSystem();
    system.supervise();
    system.telegram.owner.say(`/new demo ${system.project}`);
    system.telegram.owner.say('one\ntwo');
    system.telegram.owner.say('three');
    await botSays(system, 'You said: one\ntwo');
    await botSays(system, 'You said: three');
    expect(system.model.requests.map((r) => r.prompt)).toEqual(['one\ntwo', 'three']);
  });

  it('waits while the agent asks whether to trust the directory', async () => {
    system = await prepareSystem({ trusted: false });
    system.supervise();
    system.telegram.owner.say(`/new demo ${system.project}`);
    await botSays(system, 'I trust this folder');
    system.telegram.owner.say('are you there');
    await botSays(system, 'shows a dialog, so your message waits');
    // Claude Code drops keys in the first third of a second of this dialog, and nothing reports when that is over. No
    // user is that quick.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    system.telegram.owner.tap('↓');
    await botSays(system, '❯ Yes, I trust this folder');
    system.telegram.owner.tap('⏎ Enter');
    await botSays(system, 'You said: are you there');
    await system.telegram.waitFor(() => count(system, 'I trust this folder') === 0);
  });
});
