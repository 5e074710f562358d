import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claudeProgram, prepareSystem, type System } from './harness/system';
import { count, startSession, told } from './harness/chat';

jest.setTimeout(90_000);

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

/** The bot's visible messages that carry a photo, oldest first. */
const photos = (system: System): ChatMessage[] =>
  system.telegram.owner.fromBot().filter((m) => m.media?.kind === 'photo');

describe('the screen of the real Claude Code on the phone', () => {
  let system: System;
  afterEach(() => system.stop());

  it('comes as a PNG whenever the person asks, in a message of its own, and goes when it is closed', async () => {
    system = await prepareSystem();
    system.supervise();
    await startSession(system);
    system.telegram.owner.say('/screenshot');
    const first = await system.telegram.waitFor(() => photos(system)[0], 20_000);
    const file = first.media?.file;
    expect(file?.bytes.subarray(0, 4)).toEqual(PNG);
    expect([file?.width, file?.height]).toEqual([1220, 820]);
    expect(first.text).toContain('Screen of demo');
    system.telegram.owner.say('/screen');
    await system.telegram.waitFor(() => photos(system).length === 1 && photos(system)[0]?.id !== first.id);
    system.telegram.owner.tap('✖ Close');
    await system.telegram.waitFor(() => photos(system).length === 0);
  });

  it('shows the dialog of a slash command and lets the keyboard drive it, all on one message', async () => {
    system = await prepareSystem();
    system.supervise();
    await startSession(system);
    system.telegram.owner.say('/model');
    await told(system, 'Select model');
    const menu = await system.telegram.waitFor(() => photos(system)[0]);
    const before = menu.media?.file.bytes;
    system.telegram.owner.tap('↓');
    const moved = await told(system, '❯ 2.');
    expect(moved.id).toBe(menu.id);
    expect(moved.media?.file.bytes.equals(before as Buffer)).toBe(false);
    system.telegram.owner.say('not into the menu');
    await told(system, 'so your message waits');
    system.telegram.owner.tap('Esc');
    await system.telegram.waitFor(() => photos(system).length === 0);
    await told(system, 'You said: not into the menu');
  });

  it('offers the dialogs of a start, accepts none by itself, and goes on as the person chooses', async () => {
    system = await prepareSystem({
      trusted: false,
      settings: { CLAUDE_FLAGS: '--dangerously-skip-permissions' },
      agentSettings: { skipDangerousModePermissionPrompt: false },
    });
    system.supervise();
    system.telegram.owner.say(`/new demo ${system.project}`);
    await told(system, 'I trust this folder');
    await system.telegram.waitFor(() => photos(system).length === 1);
    // Claude Code drops keys in the first third of a second of this dialog; no person is that quick.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(count(system, '❯ No, exit')).toBe(1);
    system.telegram.owner.tap('↓');
    await told(system, '❯ Yes, I trust this folder');
    system.telegram.owner.tap('⏎ Enter');
    // Then the one that warns of an agent that asks for nothing.
    await told(system, 'Yes, I accept');
    system.telegram.owner.say('hello');
    await told(system, 'so your message waits');
    await new Promise((resolve) => setTimeout(resolve, 1_000)); // as above
    expect(count(system, '❯ No, exit')).toBe(1);
    system.telegram.owner.tap('↓');
    await told(system, '❯ Yes, I accept');
    system.telegram.owner.tap('⏎ Enter');
    await told(system, 'You said: hello');
    await system.telegram.waitFor(() => photos(system).length === 0, 30_000);
  });

  it('offers the prompt of another program that stands where the agent should be', async () => {
    const bin = mkdtempSync(join(tmpdir(), 'ccbot-wrapper-'));
    const wrapper = join(bin, 'wrapped-claude');
    const ask = 'printf "Unlock the key store? [Y/n] "; read answer';
    writeFileSync(wrapper, `#!/bin/sh\n${ask}\nexec '${claudeProgram()}' "$@"\n`);
    chmodSync(wrapper, 0o755);
    try {
      system = await prepareSystem({ settings: { CLAUDE_COMMAND: wrapper } });
      system.supervise();
      system.telegram.owner.say(`/new demo ${system.project}`);
      await told(system, 'Unlock the key store?');
      await system.telegram.waitFor(() => photos(system).length === 1);
      system.telegram.owner.say('hello');
      await told(system, 'so your message waits');
      system.telegram.owner.tap('y');
      await told(system, '[Y/n] y');
      system.telegram.owner.tap('⏎ Enter');
      await told(system, 'You said: hello');
      await system.telegram.waitFor(() => photos(system).length === 0);
    } finally {
      rmSync(bin, { recursive: true, force: true });
    }
  });
});
