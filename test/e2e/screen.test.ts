import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claudeProgram, prepareSystem, type System } from './harness/system';
import { count, startSession, botSays } from './harness/chat';

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

/** The bot's visible photos, oldest first. */
const photos = (system: System): ChatMessage[] =>
  system.telegram.owner.fromBot().filter((m) => m.media?.kind === 'photo');

describe('the screen of the real Claude Code on the phone', () => {
  let system: System;
  afterEach(() => system.stop());

  it('is sent as a PNG on request, always in one message, and disappears when it is closed', async () => {
    system = await prepareSystem();
    system.supervise();
    await startSession(system);
    system.telegram.owner.say('/screenshot');
    const first = await system.telegram.waitFor(() => photos(system)[0]);
    const file = first.media?.file;
    expect(file?.bytes.subarray(0, 4)).toEqual(PNG);
    expect([file?.width, file?.height]).toEqual([1220, 820]);
    expect(first.text).toContain('Screen of demo');
    system.telegram.owner.say('/screen');
    await system.telegram.waitFor(() => photos(system).length === 1 && photos(system)[0]?.id !== first.id);
    system.telegram.owner.tap('✖ Close');
    await system.telegram.waitFor(() => photos(system).length === 0);
  });

  it('shows the dialog of a slash command, and its keys work in the same message', async () => {
    system = await prepareSystem();
    system.supervise();
    await startSession(system);
    system.telegram.owner.say('/model');
    await botSays(system, 'Select model');
    const menu = await system.telegram.waitFor(() => photos(system)[0]);
    const before = menu.media?.file.bytes;
    system.telegram.owner.tap('↓');
    const moved = await botSays(system, '❯ 2.');
    expect(moved.id).toBe(menu.id);
    expect(moved.media?.file.bytes.equals(before as Buffer)).toBe(false);
    system.telegram.owner.say('not into the menu');
    await botSays(system, 'so your message waits');
    system.telegram.owner.tap('Esc');
    await system.telegram.waitFor(() => photos(system).length === 0);
    await botSays(system, 'You said: not into the menu');
  });

  it('shows the dialogs at the start, accepts none on its own, and follows the choices of the user', async () => {
    system = await prepareSystem({
      trusted: false,
      settings: { CLAUDE_FLAGS: '--dangerously-skip-permissions' },
      agentSettings: { skipDangerousModePermissionPrompt: false },
    });
    system.supervise();
    system.telegram.owner.say(`/new demo ${system.project}`);
    await botSays(system, 'I trust this folder');
    await system.telegram.waitFor(() => photos(system).length === 1);
    // Claude Code drops keys in the first third of a second of this dialog; no user is that quick.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(count(system, '❯ No, exit')).toBe(1);
    system.telegram.owner.tap('↓');
    await botSays(system, '❯ Yes, I trust this folder');
    system.telegram.owner.tap('⏎ Enter');
    // Next, the warning about an agent that never asks.
    await botSays(system, 'Yes, I accept');
    system.telegram.owner.say('hello');
    await botSays(system, 'so your message waits');
    await new Promise((resolve) => setTimeout(resolve, 1_000)); // as above
    expect(count(system, '❯ No, exit')).toBe(1);
    system.telegram.owner.tap('↓');
    await botSays(system, '❯ Yes, I accept');
    system.telegram.owner.tap('⏎ Enter');
    await botSays(system, 'You said: hello');
    await system.telegram.waitFor(() => photos(system).length === 0);
  });

  it('shows the prompt of a wrapper that runs before the agent', async () => {
    const bin = mkdtempSync(join(tmpdir(), 'ccbot-wrapper-'));
    const wrapper = join(bin, 'wrapped-claude');
    const question = 'printf "Unlock the key store? [Y/n] "; read answer';
    writeFileSync(wrapper, `#!/bin/sh\n${question}\nexec '${claudeProgram()}' "$@"\n`);
    chmodSync(wrapper, 0o755);
    try {
      system = await prepareSystem({ settings: { CLAUDE_COMMAND: wrapper } });
      system.supervise();
      system.telegram.owner.say(`/new demo ${system.project}`);
      await botSays(system, 'Unlock the key store?');
      await system.telegram.waitFor(() => photos(system).length === 1);
      system.telegram.owner.say('hello');
      await botSays(system, 'so your message waits');
      system.telegram.owner.tap('y');
      await botSays(system, '[Y/n] y');
      system.telegram.owner.tap('⏎ Enter');
      await botSays(system, 'You said: hello');
      await system.telegram.waitFor(() => photos(system).length === 0);
    } finally {
      rmSync(bin, { recursive: true, force: true });
    }
  });
});
