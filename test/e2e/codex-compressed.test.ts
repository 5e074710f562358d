import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { botMessages, botSays, count, startSession } from './harness/chat';
import { prepareSystem, type System } from './harness/system';
import { until } from './harness/until';

/** The longest block of a Zstandard frame, bytes. */
const BLOCK_MAX = 128 * 1024;

/** A Zstandard frame with the content as it is: whatever reads the format reads it, and nothing has to be installed. */
function frameOf(content: Buffer): Buffer {
  const head = Buffer.from('28b52ffd0058', 'hex'); // a window of 2 MB
  const blocks: Buffer[] = [];
  for (let at = 0; at < content.length; at += BLOCK_MAX) {
    const block = content.subarray(at, at + BLOCK_MAX);
    const header = Buffer.alloc(3);
    header.writeUIntLE((block.length << 3) | Number(at + BLOCK_MAX >= content.length), 0, 3);
    blocks.push(header, block);
  }
  return Buffer.concat([head, ...blocks]);
}

describe('a session whose rollout Codex has compressed', () => {
  let system: System;
  beforeAll(async () => {
    system = await prepareSystem({ codex: true, settings: { CCBOT_AGENT_BACKEND: 'codex' } });
    system.supervise();
    await startSession(system);
    system.telegram.owner.say('the first prompt');
    await botSays(system, 'You said: the first prompt');
    await botSays(system, 'done ·');
    system.telegram.owner.say('/done');
    await botSays(system, 'is done and archived');
    const [path = ''] = rollouts();
    writeFileSync(`${path}.zst`, frameOf(readFileSync(path)));
    rmSync(path);
  });
  afterAll(() => system.stop());

  const rollouts = (): string[] => {
    const root = join(system.home, '.codex/sessions');
    return readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.includes('rollout-'))
      .map((name) => join(root, name));
  };
  /** Taps a button of the archived session. */
  async function tap(label: string): Promise<void> {
    const find = () =>
      system.telegram.owner
        .fromBot()
        .findLast((m) => m.keyboard.flat().some(({ text }) => text.includes(label)));
    const message = await system.telegram.waitFor(find);
    const button = message.keyboard.flat().find(({ text }) => text.includes(label));
    system.telegram.owner.tap(button?.text ?? label, message.id);
  }

  it('shows its history', async () => {
    system.telegram.owner.say('/archive');
    await tap('1');
    const before = count(system, 'You said: the first prompt');
    await tap('History');
    await system.telegram.waitFor(() => count(system, 'You said: the first prompt') > before);
    expect(rollouts().map((path) => path.endsWith('.zst'))).toEqual([true]);
  });

  it('is exported', async () => {
    await tap('Export');
    await botSays(system, 'The whole transcript of demo');
  });

  it('is handed over to another agent', async () => {
    await tap('Claude Code');
    // Its card shows the beginning of the document, the answer all of it.
    await system.telegram.waitFor(() =>
      botMessages(system, 'You take over a session of Codex').some(({ text }) =>
        text.includes('the first prompt'),
      ),
    );
  });

  it('is resumed, and followed in the rollout that Codex writes again', async () => {
    await tap('Restore');
    await until(() => rollouts().some((path) => path.endsWith('.jsonl')));
    system.telegram.owner.say('the second prompt');
    await botSays(system, 'You said: the second prompt');
    expect(count(system, 'You said: the second prompt')).toBe(1);
  });
});
