import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Block } from '@ccbot/sandbox/model/script';
import { count, botMessages, startSession, botSays } from './harness/chat';
import { codexProgram, prepareSystem, type System } from './harness/system';

const say = (text: string): Block => ({ type: 'text', text });

/** Allows the request that contains a text, by its buttons or by the keys of the dialog on the screen. */
async function allow(system: System, text: string): Promise<void> {
  const button = await system.telegram.waitFor(() =>
    system.telegram.owner
      .fromBot()
      .filter((m) => m.text.includes(text))
      .flatMap((m) => m.keyboard.flat().map((b) => ({ text: b.text, id: m.id })))
      .find((b) => /allow|⏎ Enter/i.test(b.text)),
  );
  system.telegram.owner.tap(button.text, button.id);
}

describe('with the real Codex in a real tmux', () => {
  let system: System;
  let release: () => void = () => undefined;
  beforeAll(async () => {
    const held = new Promise<void>((resolve) => (release = resolve));
    system = await prepareSystem({
      codex: true,
      settings: { CCBOT_AGENT_BACKEND: 'codex' },
      rules: [
        ({ prompt }) => (prompt.startsWith('slow') ? { blocks: [say('slow is done')], hold: held } : null),
        ({ prompt, results }) =>
          prompt.startsWith('ask: ') && results.length === 0
            ? {
                blocks: [
                  {
                    type: 'tool_use',
                    name: 'exec_command',
                    input: {
                      cmd: prompt.slice(5),
                      sandbox_permissions: 'require_escalated',
                      justification: 'It has to be',
                    },
                  },
                ],
              }
            : null,
        ({ prompt, results }) =>
          prompt.startsWith('run: ') && results.length === 0
            ? {
                blocks: [
                  say('Running it.'),
                  { type: 'tool_use', name: 'exec_command', input: { cmd: prompt.slice(5) } },
                ],
              }
            : null,
      ],
    });
    system.supervise();
    await startSession(system);
  });
  afterAll(async () => {
    release();
    await system.stop();
  });

  it('answers a prompt once in the chat, and marks the message as received', async () => {
    const id = system.telegram.owner.say('first line\nsecond - line');
    await botSays(system, 'You said: first line\nsecond - line');
    await system.telegram.waitFor(
      () => system.telegram.owner.chat().find((m) => m.id === id)?.reaction === '👌',
    );
    expect(count(system, 'You said: first line')).toBe(1);
  });

  it('names the agent in session_map.json', async () => {
    const map = JSON.parse(readFileSync(join(system.ccbotDir, 'session_map.json'), 'utf8')) as Record<
      string,
      { backend: string; transcript_path: string }
    >;
    expect(Object.values(map)).toMatchObject([
      { backend: 'codex', transcript_path: expect.stringContaining('rollout-') as string },
    ]);
  });

  it('shows a tool with its command and its result', async () => {
    system.telegram.owner.say('run: echo from-the-tool');
    const done = await botSays(system, 'Shell echo from-the-tool');
    await system.telegram.waitFor(() => done.text.split('from-the-tool').length > 2);
    expect(botMessages(system, 'Running it.').length).toBeGreaterThan(0);
  });

  it('shows how full the context is, from the records of Codex', async () => {
    system.telegram.owner.say('slow, please');
    const card = await system.telegram.waitFor(() =>
      system.telegram.owner.fromBot().find((m) => m.keyboard.flat().some((b) => b.text === '⏹ Stop')),
    );
    expect(card.text).toContain('gpt-5');
    expect(card.text).toMatch(/\d+ ?%/);
    release();
    await botSays(system, 'slow is done');
  });

  it('runs a shell command after !, shows its output, and runs a skill of the project by its menu name', async () => {
    const shell = system.telegram.owner.say('!echo from-the-shell');
    expect(await botSays(system, '\nfrom-the-shell')).toMatchObject({ replyTo: shell });
    const skill = join(system.project, '.agents/skills/say-it');
    mkdirSync(skill, { recursive: true });
    writeFileSync(
      join(skill, 'SKILL.md'),
      '---\nname: say-it\ndescription: Says it\n---\nSay what the skill says',
    );
    system.telegram.owner.say('/say_it now');
    await botSays(system, 'Say what the skill says');
  });

  it('asks before it runs a command that needs permission, and runs it when it is allowed', async () => {
    const file = join(system.dir, 'touched');
    system.telegram.owner.say(`ask: touch ${file}`);
    await allow(system, file);
    await system.telegram.waitFor(() => existsSync(file));
    await botSays(system, 'Done: ');
  });

  it('keeps its window when it runs another Codex as a tool', async () => {
    const map = (): string => readFileSync(join(system.ccbotDir, 'session_map.json'), 'utf8');
    const before = map();
    const inner = `'${codexProgram()}' exec --skip-git-repo-check --dangerously-bypass-hook-trust 'from inside'`;
    system.telegram.owner.say(`ask: ${inner}`);
    await allow(system, 'from inside');
    await botSays(system, 'You said: from inside');
    system.telegram.owner.say('still here');
    await botSays(system, 'You said: still here');
    expect(map()).toBe(before);
  });
});

describe('Codex without hooks', () => {
  let system: System;
  afterAll(() => system.stop());

  it('still shows the answer, from its open transcript, and is followed to a new session', async () => {
    system = await prepareSystem({
      codex: true,
      settings: { CCBOT_AGENT_BACKEND: 'codex' },
      installHooks: false,
    });
    system.supervise();
    await startSession(system);
    const id = system.telegram.owner.say('can you hear me');
    await botSays(system, 'You said: can you hear me');
    await system.telegram.waitFor(
      () => system.telegram.owner.chat().find((m) => m.id === id)?.reaction === '👌',
    );
    system.telegram.owner.say('and after that');
    await botSays(system, 'You said: and after that');
    expect(count(system, 'You said: can you hear me')).toBe(1);
  });
});

describe('Codex with untrusted hooks', () => {
  let system: System;
  afterAll(() => system.stop());

  it('shows the question on the phone, and types the first message after the answer', async () => {
    system = await prepareSystem({
      codex: true,
      settings: { CCBOT_AGENT_BACKEND: 'codex', CODEX_FLAGS: '-a on-request' },
    });
    system.supervise();
    system.telegram.owner.say(`/new demo ${system.project}`);
    system.telegram.owner.say('are you there');
    await botSays(system, 'shows a dialog');
    await botSays(system, 'Hooks need review');
    system.telegram.owner.tap('↓');
    await botSays(system, '› 2. Trust all and continue');
    system.telegram.owner.tap('⏎ Enter');
    await botSays(system, 'You said: are you there');
  });
});
