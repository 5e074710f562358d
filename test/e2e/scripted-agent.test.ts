import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepareSystem, type System } from './harness/system';
import { botMessages, count, startSession, botSays } from './harness/chat';

const AGENT = join(__dirname, '..', '..', 'packages/sandbox/bin/ccbot-scripted-agent.js');

/** The behaviour of Claude Code that ccbot relies on, by the agent for machines without Claude Code. */
describe('with the scripted agent', () => {
  let system: System;
  beforeAll(async () => {
    system = await prepareSystem({
      settings: {
        CLAUDE_COMMAND: `"${process.execPath}" "${AGENT}"`,
        CLAUDE_FLAGS: '',
      },
      script: {
        turns: [
          { match: '^slow', steps: [{ do: 'say', text: 'too late', ms: 600_000 }] },
          {
            match: '^half',
            steps: [
              { do: 'say', text: 'the first half' },
              { do: 'say', text: 'the second', ms: 600_000 },
            ],
          },
          { match: '^quick (.*)', steps: [{ do: 'say', text: 'quick answer' }] },
          { match: '^after', steps: [{ do: 'say', text: 'answer after the clearing' }] },
        ],
      },
    });
    system.supervise();
    await startSession(system);
  });
  afterAll(() => system.stop());

  const write = (text: string): number => system.telegram.owner.say(text);
  /** Taps Stop on the card of this prompt's turn. */
  const stop = async (prompt: string): Promise<void> => {
    const card = await system.telegram.waitFor(() =>
      botMessages(system, prompt).find((m) => m.keyboard.flat().some((b) => b.text === '⏹ Stop')),
    );
    system.telegram.owner.tap('⏹ Stop', card.id);
  };
  const transcripts = (): { type: string; message?: { content: unknown } }[] => {
    const map = JSON.parse(readFileSync(join(system.ccbotDir, 'session_map.json'), 'utf8')) as Record<
      string,
      { transcript_path: string }
    >;
    return Object.values(map).flatMap(({ transcript_path }) =>
      readFileSync(transcript_path, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as { type: string; message?: { content: unknown } }),
    );
  };
  const prompts = (): unknown[] =>
    transcripts()
      .filter((r) => r.type === 'user' && typeof r.message?.content === 'string')
      .map((r) => r.message?.content);

  it('shows a coding session in one card: tools, texts, and an answer with code', async () => {
    write('make greet polite');
    const done = await botSays(system, 'nothing on your disk has changed');
    expect(done.text).toContain('greet');
    // The live card with the tools disappears when the answer is there, which is a rich message because of its table.
    const answer = await botSays(system, '4 tools');
    expect(answer.text).toContain('unit tests');
    await system.telegram.waitFor(() => count(system, 'nothing on your disk has changed') === 1);
  });

  it('undoes a stopped turn that has said nothing, and the next prompt arrives alone', async () => {
    write('slow as a snail');
    await stop('slow as a snail');
    await botSays(system, 'interrupted');
    write('quick one');
    await botSays(system, 'quick answer');
    expect(prompts().at(-1)).toBe('quick one');
  });

  it('keeps what a turn has said when it is stopped', async () => {
    write('half of it');
    await botSays(system, 'the first half');
    await stop('half of it');
    await system.telegram.waitFor(() => count(system, 'interrupted') > 1);
    expect(count(system, 'the second')).toBe(0);
  });

  it('is followed to its new session after /clear, and gets a prompt of many lines', async () => {
    write('/clear');
    const text = `after ${'a line with 日本語 and 🙂\n'.repeat(400)}the end`;
    write(text);
    await botSays(system, 'answer after the clearing');
    expect(prompts()).toEqual([text]);
  });

  it('ends on /kill', async () => {
    write('/kill');
    await botSays(system, 'The transcript stays');
    system.telegram.owner.tap('End it');
    await botSays(system, 'was ended');
  });
});
