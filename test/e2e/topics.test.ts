import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Block } from '@ccbot/sandbox/model/script';
import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import { botSays } from './harness/chat';
import { killWorker } from './harness/kill';
import { CCBOT, prepareSystem, type Supervisor, type System } from './harness/system';

const LONG = Array.from({ length: 900 }, (_, i) => `line ${i} of a long answer`).join('\n');

describe('a private chat with topics', () => {
  let system: System;
  let supervisor: Supervisor;
  let work: number;
  let home: number;
  const typing = (): Promise<unknown> =>
    system.telegram.waitFor(() => system.telegram.calls.some(({ method }) => method === 'sendChatAction'));
  beforeAll(async () => {
    system = await prepareSystem({
      settings: { CCBOT_RICH_MESSAGES: 'off' },
      rules: [
        ({ prompt, results }) => {
          if (results.length > 0) return null;
          // An answer that comes at once leaves no time for `typing…`.
          if (prompt.includes('a long answer'))
            return { blocks: [{ type: 'text', text: LONG }], hold: typing() };
          const command = /^run: (.*)$/s.exec(prompt)?.[1];
          const input = { command, description: 'a command' };
          return command === undefined
            ? null
            : { blocks: [{ type: 'tool_use', name: 'Bash', input } satisfies Block] };
        },
      ],
    });
    supervisor = system.supervise();
    work = system.telegram.owner.beginTopic('work');
    home = system.telegram.owner.beginTopic('home');
  });
  afterAll(() => system.stop());

  /** Everything that the bot ever showed, deleted messages too. */
  const everything = (): ChatMessage[] => system.telegram.state.messages.filter((m) => m.fromBot);
  const outside = (): string[] => everything().flatMap((m) => (m.thread === undefined ? [m.text] : []));
  /** What calls of a method said about the thread. */
  const threadsOf = (method: string): Set<unknown> =>
    new Set(
      system.telegram.calls.filter((c) => c.method === method).map((c) => c.params['message_thread_id']),
    );
  const write = (text: string, thread: number): number => system.telegram.owner.say(text, { thread });
  /** The first message with a text in a topic that is newer than another message. */
  const shown = (text: string, thread: number, after = 0): Promise<ChatMessage> =>
    system.telegram.waitFor(() =>
      everything().find((m) => m.id > after && m.thread === thread && m.text.includes(text)),
    );

  it('has the card, a long answer, `typing…` and the footer in the topic of the session', async () => {
    write(`/new demo ${system.project}`, work);
    await shown('ready', work);
    const asked = write('a long answer, please', work);
    const last = await shown('line 899', work, asked);
    const parts = everything().filter((m) => m.id > asked && m.text.includes('of a long answer'));
    expect(parts.length).toBeGreaterThan(3);
    expect(last.thread).toBe(work);
    expect(outside()).toEqual([]);
    expect(threadsOf('sendChatAction')).toEqual(new Set([work]));
  });

  it('has requests, screens, help and panels where they were asked for', async () => {
    const asked = write('run: python3 -c "print(7001)"', work);
    const request = await shown('wants to run', work, asked);
    system.telegram.owner.tap('✓ Allow', request.id);
    await system.model.waitFor((r) => r.results.some((result) => result.includes('7001')));
    for (const command of ['/help', '/settings', '/sessions', '/health', '/screen', '/new']) {
      const written = write(command, home);
      await system.telegram.waitFor(() => everything().some((m) => m.id > written && m.thread === home));
    }
    expect(outside()).toEqual([]);
  });

  it('has the files of the agent in its topic', async () => {
    const asked = write('hello from work', work);
    await shown('You said: hello from work', work, asked);
    writeFileSync(join(system.project, 'a.txt'), 'one');
    writeFileSync(join(system.project, 'b.txt'), 'two');
    const session = system.tmux('list-panes', '-a', '-F', '#{@ccbot_session}').trim();
    const child = spawn(process.execPath, [CCBOT, 'send-file', 'a.txt', 'b.txt'], {
      cwd: system.project,
      env: { ...system.env, TELEGRAM_BOT_TOKEN: '', CCBOT_SESSION: session },
    });
    await new Promise((resolve) => child.on('close', resolve));
    const files = everything().filter((m) => m.media !== undefined && m.media.kind === 'document');
    expect(files.map(({ media, thread }) => [media?.file.name, thread])).toEqual([
      ['a.txt', work],
      ['b.txt', work],
    ]);
  });

  it('follows the user to another topic, card and answer, also over a kill of the worker', async () => {
    const asked = write('hello from home', home);
    await shown('You said: hello from home', home, asked);
    await killWorker(system, supervisor);
    const later = write('after the kill', home);
    await shown('You said: after the kill', home, later);
    expect(outside()).toEqual([]);
  });

  it('writes to the chat itself once the topic is deleted, says so once, and loses nothing', async () => {
    const asked = write('a long answer again', home);
    await shown('line 10 of', home, asked);
    system.telegram.owner.changeTopic(home, 'deleted');
    await botSays(system, 'line 899');
    await botSays(system, 'One of your topics no longer takes messages');
    write('outside of topics', work);
    await shown('You said: outside of topics', work, asked);
    const told = outside().filter((text) => text.includes('no longer takes messages'));
    expect(told).toHaveLength(1);
    // The parts that were in the topic went with it; every later one is in the chat, once.
    const visible = system.telegram.owner
      .fromBot()
      .filter((m) => m.thread === undefined && m.media === undefined); // without pictures of the screen
    expect(visible.filter(({ text }) => text.includes('line 899 of'))).toHaveLength(1);
    const sent = everything().filter((m) => m.id > asked);
    for (const n of [10, 450, 899]) expect(sent.some(({ text }) => text.includes(`line ${n} of`))).toBe(true);
  });
});
