import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Block, ModelRequest, Pause } from '@ccbot/sandbox/model/script';
import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import { OWNER, prepareSystem, type System } from './harness/system';
import { count, botMessages, startSession, botSays } from './harness/chat';

const say = (text: string): Block => ({ type: 'text', text });
const use = (name: string, input: Record<string, unknown>): Block => ({ type: 'tool_use', name, input });
const bash = (command: string): Block => use('Bash', { command, description: 'a command' });

/** A pause that `open` ends. */
function gate(): { pause: Pause; open(): void } {
  let open = (): void => undefined;
  const until = new Promise<void>((resolve) => (open = resolve));
  return { pause: { type: 'pause', until }, open: () => open() };
}

const PROMPTS = ['make a list', 'send two out', 'write slowly', 'think long'];

/** Number of the model's answers in the turn of this prompt so far; -1 in the turn of another prompt. */
function answered(request: ModelRequest, prompt: string): number {
  const messages = request.body['messages'] as { role: string; content: unknown }[];
  const texts = messages.map((m) => (m.role === 'user' ? JSON.stringify(m.content) : ''));
  const start = texts.findLastIndex((text) => PROMPTS.some((known) => text.includes(known)));
  if (start < 0 || texts[start]?.includes(prompt) !== true) return -1;
  return messages.slice(start).filter((m) => m.role === 'assistant').length;
}

describe('a running turn of the real Claude Code', () => {
  let system: System;
  const listed = gate();
  const written = gate();
  const quiet = gate();
  /** A command of the agent that runs until `seen` is called with its name. */
  const runUntilSeen = (name: string): Block => bash(`until [ -e seen-${name} ]; do sleep 0.1; done`);
  const seen = (name: string): void => writeFileSync(join(system.project, `seen-${name}`), '');

  beforeAll(async () => {
    system = await prepareSystem({
      // Newer models get no to-do tools by default.
      settings: {
        CLAUDE_FLAGS: '--permission-mode bypassPermissions',
        CLAUDE_CODE_ENABLE_TODO_TOOLS: '1',
      },
      rules: [
        (request) => {
          const { prompt, results, tools } = request;
          if (tools.length === 0) return null;
          if (prompt.startsWith('SUB'))
            return results.length > 0 ? { blocks: [say('counted')] } : { blocks: [runUntilSeen('agents')] };
          const step = answered(request, 'make a list');
          if (step >= 0) {
            const steps: Block[][] = [
              [
                use('TaskCreate', { subject: 'Boil the water', description: 'd', activeForm: 'Boiling' }),
                use('TaskCreate', { subject: 'Steep the tea', description: 'd', activeForm: 'Steeping' }),
              ],
              [use('TaskUpdate', { taskId: '1', status: 'in_progress' })],
              [runUntilSeen('clock')],
              [use('TaskUpdate', { taskId: '1', status: 'completed' })],
              [use('TaskUpdate', { taskId: '2', status: 'completed' })],
            ];
            const blocks = steps[step];
            if (blocks === undefined) return { blocks: [say('Tea is ready.')] };
            return step < 4 ? { blocks } : { blocks, hold: listed.pause.until };
          }
          if (results.length > 0) return { blocks: [say('They are at work.')] };
          if (prompt === 'send two out')
            return {
              blocks: [
                use('Agent', {
                  description: 'Count the files',
                  prompt: 'SUB one',
                  subagent_type: 'general-purpose',
                }),
                use('Agent', {
                  description: 'Read the docs',
                  prompt: 'SUB two',
                  subagent_type: 'general-purpose',
                }),
              ],
            };
          if (prompt === 'write slowly') {
            const parts = ['A line that is **written**.\n\nAnd more\n', written.pause, 'The end.'];
            return { blocks: [{ type: 'written', parts }] };
          }
          if (prompt === 'think long') return { blocks: [say('Thought.')], hold: quiet.pause.until };
          return null;
        },
      ],
    });
    system.telegram.state.absent.add('sendMessageDraft');
    system.supervise();
    await startSession(system);
  });
  afterAll(async () => {
    for (const { open } of [listed, written, quiet]) open();
    await system.stop();
  });
  const write = (text: string): number => system.telegram.owner.say(text);
  /** The live card of the running turn: the one with a Stop button. */
  const card = (): ChatMessage | undefined =>
    system.telegram.owner
      .fromBot()
      .filter((m) => m.keyboard.flat().some((b) => b.text.includes('Stop')))
      .at(-1);
  const cardShows = (matches: (text: string) => boolean): Promise<ChatMessage> =>
    system.telegram.waitFor(() => {
      const now = card();
      return now !== undefined && matches(now.text) ? now : undefined;
    });
  const isTyping = (): boolean => (system.telegram.state.typing.get(OWNER) ?? 0) > Date.now();

  it('shows the to-do list with its progress, and the running tool with a running clock', async () => {
    write('make a list');
    await cardShows((text) => text.includes('0 of 2 done') && text.includes('◐ Boil the water'));
    const first = await cardShows((text) => /▸ Bash .*seen-clock.* · \d+s/.test(text));
    const seconds = Number(/seen-clock.* · (\d+)s/.exec(first.text)?.[1]);
    // Nothing is printed or recorded in the meantime; the card is updated all the same.
    await cardShows((text) => Number(/seen-clock.* · (\d+)s/.exec(text)?.[1] ?? 0) > seconds);
    seen('clock');
    await cardShows((text) => text.includes('1 of 2 done') && text.includes('● Boil the water'));
    listed.open();
    await botSays(system, 'Tea is ready.');
  });

  it('shows the number of running sub-agents and what each does, even after the turn that started them', async () => {
    write('send two out');
    await botSays(system, 'They are at work.');
    await system.telegram.waitFor(() =>
      botMessages(system, '2 sub-agents working').some(({ text }) =>
        ['Count the files', 'Read the docs'].every((task) =>
          new RegExp(`▸ ${task} · Bash .*seen-agents.* · \\d+s`).test(text),
        ),
      ),
    );
    seen('agents');
    await system.telegram.waitFor(() => count(system, 'sub-agents working') === 0 && card() === undefined);
  });

  it('shows the answer while it is streamed, before it is in any record', async () => {
    write('write slowly');
    const early = await cardShows((text) => text.includes('A line that is written.'));
    expect(early.text).toContain('And more');
    expect(early.text).not.toContain('The end.');
    written.open();
    const whole = await botSays(system, 'The end.');
    expect(whole.text).toContain('A line that is written.');
    // The card disappears when the answer is there.
    await system.telegram.waitFor(() => count(system, 'A line that is written.') === 1);
  });

  it('shows typing while the agent works, and not while it waits for the user', async () => {
    write('think long');
    await system.telegram.waitFor(isTyping);
    const until = system.telegram.state.typing.get(OWNER) ?? 0;
    await system.telegram.waitFor(() => (system.telegram.state.typing.get(OWNER) ?? 0) > until);
    quiet.open();
    await botSays(system, 'Thought.');
    // One more call may have been on its way; none follows.
    const last = system.telegram.state.typing.get(OWNER) ?? 0;
    await system.telegram.waitFor(() => !isTyping());
    await new Promise((resolve) => setTimeout(resolve, 5_000)); // longer than the interval of the typing calls
    expect(system.telegram.state.typing.get(OWNER) ?? 0).toBeLessThanOrEqual(last + 1_000);
  });
});

describe('on a server with drafts', () => {
  let system: System;
  const written = gate();
  afterAll(async () => {
    written.open();
    await system.stop();
  });

  it('streams the answer as a draft, which disappears when the answer arrives', async () => {
    system = await prepareSystem({
      rules: [
        ({ prompt }) =>
          prompt === 'write slowly'
            ? { blocks: [{ type: 'written', parts: ['A first line.\n', written.pause, 'The end.'] }] }
            : null,
      ],
    });
    system.supervise();
    await startSession(system);
    system.telegram.owner.say('write slowly');
    const draft = await system.telegram.waitFor(() => system.telegram.state.drafts.get(OWNER));
    expect(draft.text).toMatch(/^✍ \S+\nA first line\.$/);
    written.open();
    await botSays(system, 'The end.');
    expect(system.telegram.state.drafts.get(OWNER)).toBeUndefined();
  });
});

describe('a sub-agent that the agent waits for', () => {
  let system: System;
  afterAll(() => system.stop());

  it('is shown with what it does', async () => {
    system = await prepareSystem({
      // Otherwise, Claude Code 2.1.330 runs all of them in the background.
      settings: {
        CLAUDE_FLAGS: '--permission-mode bypassPermissions',
        CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1',
      },
      rules: [
        ({ prompt, results }) => {
          if (results.length > 0) return null;
          if (prompt === 'SUB') return { blocks: [bash('sleep 4; echo counted')] };
          const send = { description: 'Weigh it', prompt: 'SUB', subagent_type: 'general-purpose' };
          return prompt === 'send one out' ? { blocks: [use('Agent', send)] } : null;
        },
      ],
    });
    system.supervise();
    await startSession(system);
    system.telegram.owner.say('send one out');
    await system.telegram.waitFor(() =>
      botMessages(system, '1 sub-agent working').find((m) =>
        /▸ Weigh it · Bash sleep 4; echo counted/.test(m.text),
      ),
    );
    await botSays(system, '✓ Agent Weigh it');
  });
});
