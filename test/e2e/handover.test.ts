import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import { count, botSays } from './harness/chat';
import { claudeProgram, prepareSystem, type System } from './harness/system';
import { until } from './harness/until';

/** An answer that fills most of a handover document. */
const LONG = 'The cart is built. '.repeat(1_200);

/** The beginning of a handover document. */
const HANDOVER = /^You take over a session/;

/** Largest handover document, UTF-16 units. */
const UNITS_MAX = 16_000;

describe('Claude Code and Codex side by side', () => {
  let system: System;
  /** Releases the model's answers, which are held until the card has been seen. */
  const release = { first: (): void => undefined, other: (): void => undefined };
  beforeAll(async () => {
    const first = new Promise<void>((resolve) => (release.first = resolve));
    const other = new Promise<void>((resolve) => (release.other = resolve));
    system = await prepareSystem({
      codex: true,
      rules: [
        ({ prompt }) =>
          prompt === 'build the cart' ? { blocks: [{ type: 'text', text: LONG }], hold: first } : null,
        ({ prompt }) =>
          HANDOVER.test(prompt)
            ? { blocks: [{ type: 'text', text: `It stands so: ${prompt.length} units.` }], hold: other }
            : null,
      ],
    });
    system.supervise();
  });
  afterAll(async () => {
    release.first();
    release.other();
    await system.stop();
  });
  const owner = () => system.telegram.owner;
  const withButton = (label: string): Promise<ChatMessage> =>
    system.telegram.waitFor(() =>
      owner()
        .fromBot()
        .find((m) => m.keyboard.flat().some((b) => b.text === label)),
    );
  /** The transcripts below a folder of the agents' home. */
  const transcripts = (folder: string): string[] =>
    readdirSync(join(system.home, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => join(system.home, folder, name));

  it('asks for the agent, with the default selected, and the card names it', async () => {
    owner().say('/new');
    const question = await withButton('● Claude Code');
    expect(question.keyboard.flat().map((b) => b.text)).toContain('Codex');
    owner().tap('▶ Start here', question.id);
    owner().say('build the cart');
    await system.model.waitFor((r) => r.prompt === 'build the cart');
    await botSays(system, '· Claude Code · ');
    release.first();
    await botSays(system, 'The cart is built.');
  });

  it('hands an archived session over to the other agent in a bounded document, and leaves the source unchanged', async () => {
    const [source = ''] = transcripts('.claude/projects');
    owner().say('/done');
    await botSays(system, 'is done and archived');
    await exited(claudeProgram(), system.project); // it writes until it exits
    const before = readFileSync(source);
    owner().say('/archive');
    owner().tap('1', (await withButton('1')).id);
    owner().tap('➡ Codex', (await withButton('➡ Codex')).id);
    await botSays(system, 'Codex takes over from');
    await system.model.waitFor((r) => HANDOVER.test(r.prompt));
    await botSays(system, '· Codex · ');
    release.other();
    const answer = await botSays(system, 'It stands so:');
    const units = Number(/so: (\d+) units/.exec(answer.text)?.[1]);
    expect(units).toBeGreaterThan(1_000);
    expect(units).toBeLessThanOrEqual(UNITS_MAX);
    expect(readFileSync(source).equals(before)).toBe(true);
    const [rollout = ''] = transcripts('.codex/sessions');
    const written = readFileSync(rollout, 'utf8');
    for (const part of ['build the cart', 'The cart is built.', source]) expect(written).toContain(part);
  });

  it('hands the session back, and lists both', async () => {
    owner().say('/handover @claude');
    await botSays(system, 'Claude Code takes over from');
    await system.telegram.waitFor(() => count(system, 'It stands so:') >= 2);
    owner().say('/sessions');
    const list = await botSays(system, 'Tap one to write to it');
    const rows = list.keyboard.flat().map((b) => b.text);
    for (const title of ['Codex', 'Claude Code'])
      expect(rows.some((row) => row.includes(`· ${title}`))).toBe(true);
  });
});

/** Resolves when no process of a program runs in a directory. */
async function exited(program: string, cwd: string): Promise<void> {
  const isRunning = (pid: string): boolean => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === cwd && readlinkSync(`/proc/${pid}/exe`) === program;
    } catch {
      return false; // it has exited
    }
  };
  // No event reports the end of another's process.
  await until(
    () => !readdirSync('/proc').some(isRunning),
    () => `${program} does not exit`,
    30_000,
  );
}
