import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Block } from '@ccbot/sandbox/model/script';
import { count, saying, startSession, told } from './harness/chat';
import { prepareSystem, type System } from './harness/system';

jest.setTimeout(90_000);

const say = (text: string): Block => ({ type: 'text', text });

describe('with the real Codex in a real tmux', () => {
  let system: System;
  beforeAll(async () => {
    system = await prepareSystem({
      codex: true,
      settings: { CCBOT_AGENT_BACKEND: 'codex' },
      rules: [
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
  afterAll(() => system.stop());

  it('answers a prompt in the chat, once, and shows on the message that it has it', async () => {
    const id = system.telegram.owner.say('first line\nsecond - line');
    await told(system, 'You said: first line\nsecond - line');
    await system.telegram.waitFor(
      () => system.telegram.owner.chat().find((m) => m.id === id)?.reaction === '👌',
    );
    expect(count(system, 'You said: first line')).toBe(1);
  });

  it('notes in session_map.json which agent it is', async () => {
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
    const done = await told(system, 'from-the-tool\n');
    expect(done.text).toContain('Shell echo from-the-tool');
    expect(saying(system, 'Running it.').length).toBeGreaterThan(0);
  });
});
