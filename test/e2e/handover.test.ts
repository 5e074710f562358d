import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import { count, told } from './harness/chat';
import { claudeProgram, prepareSystem, type System } from './harness/system';

jest.setTimeout(120_000);

/** An answer that alone fills most of a document for another agent. */
const LONG = 'The cart is built. '.repeat(1_200);

/** How such a document begins. */
const TAKEN = /^You take over a session/;

/** What another agent is told at most, UTF-16 units. */
const MOST = 16_000;

describe('several agents side by side, Claude Code and Codex', () => {
  let system: System;
  /** Lets the answers of the model go that are held until the card was seen. */
  const letGo = { first: (): void => undefined, other: (): void => undefined };
  beforeAll(async () => {
    const first = new Promise<void>((resolve) => (letGo.first = resolve));
    const other = new Promise<void>((resolve) => (letGo.other = resolve));
    system = await prepareSystem({
      codex: true,
      rules: [
        ({ prompt }) =>
          prompt === 'build the cart' ? { blocks: [{ type: 'text', text: LONG }], hold: first } : null,
        ({ prompt }) =>
          TAKEN.test(prompt)
            ? { blocks: [{ type: 'text', text: `It stands so: ${prompt.length} units.` }], hold: other }
            : null,
      ],
    });
    system.supervise();
  });
  afterAll(async () => {
    letGo.first();
    letGo.other();
    await system.stop();
  });
  const owner = () => system.telegram.owner;
  const withButton = (label: string): Promise<ChatMessage> =>
    system.telegram.waitFor(
      () =>
        owner()
          .fromBot()
          .find((m) => m.keyboard.flat().some((b) => b.text === label)),
      30_000,
    );
  /** The transcripts below a folder of the agents' home. */
  const transcripts = (folder: string): string[] =>
    readdirSync(join(system.home, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => join(system.home, folder, name));

  it('asks which, with that of the settings chosen, and the card shows which it is', async () => {
    owner().say('/new');
    const asked = await withButton('● Claude Code');
    expect(asked.keyboard.flat().map((b) => b.text)).toContain('Codex');
    owner().tap('▶ Start here', asked.id);
    owner().say('build the cart');
    await system.model.waitFor((r) => r.prompt === 'build the cart', 60_000);
    await told(system, '· Claude Code · ');
    letGo.first();
    await told(system, 'The cart is built.');
  });

  it('goes on with a session of the archive under the other, by a bounded document; what it is made from stays', async () => {
    const [source = ''] = transcripts('.claude/projects');
    owner().say('/done');
    await told(system, 'in the archive');
    await ended(claudeProgram(), system.project); // it writes to the last
    const before = readFileSync(source);
    owner().say('/archive');
    owner().tap('1', (await withButton('1')).id);
    owner().tap('➡ Codex', (await withButton('➡ Codex')).id);
    await told(system, 'Codex takes over from');
    await system.model.waitFor((r) => TAKEN.test(r.prompt), 60_000);
    await told(system, '· Codex · ');
    letGo.other();
    const answer = await told(system, 'It stands so:');
    const units = Number(/so: (\d+) units/.exec(answer.text)?.[1]);
    expect(units).toBeGreaterThan(1_000);
    expect(units).toBeLessThanOrEqual(MOST);
    expect(readFileSync(source).equals(before)).toBe(true);
    const [rollout = ''] = transcripts('.codex/sessions');
    const written = readFileSync(rollout, 'utf8');
    for (const part of ['build the cart', 'The cart is built.', source]) expect(written).toContain(part);
  });

  it('hands back to the first, and both are there', async () => {
    owner().say('/handover @claude');
    await told(system, 'Claude Code takes over from');
    await system.telegram.waitFor(() => count(system, 'It stands so:') >= 2, 60_000);
    owner().say('/sessions');
    const list = await told(system, 'Tap one to write to it');
    const rows = list.keyboard.flat().map((b) => b.text);
    for (const title of ['Codex', 'Claude Code'])
      expect(rows.some((row) => row.includes(`· ${title}`))).toBe(true);
  });
});

/** Resolves when no process of a program works in a directory any more. */
async function ended(program: string, cwd: string): Promise<void> {
  const runs = (pid: string): boolean => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === cwd && readlinkSync(`/proc/${pid}/exe`) === program;
    } catch {
      return false; // it ended meanwhile
    }
  };
  for (let look = 0; readdirSync('/proc').some(runs); look++) {
    if (look > 300) throw new Error(`${program} does not end`);
    await new Promise((resolve) => setTimeout(resolve, 100)); // the kernel tells no stranger of a process's end
  }
}
