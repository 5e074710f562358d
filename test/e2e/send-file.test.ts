import { spawn } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AT_ONCE } from './harness/script';
import { CCBOT, prepareSystem, type System } from './harness/system';
import { until } from './harness/until';

const SCRIPTED = join(__dirname, '..', '..', 'packages/sandbox/bin/ccbot-scripted-agent.js');

describe('ccbot send-file', () => {
  let system: System;
  let session: string;
  beforeAll(async () => {
    system = await prepareSystem({
      settings: { CLAUDE_COMMAND: `"${process.execPath}" "${SCRIPTED}"`, CLAUDE_FLAGS: '' },
      script: AT_ONCE,
    });
    system.supervise();
    system.telegram.owner.say(`/new demo ${system.project}`);
    system.telegram.owner.say('hello');
    await system.telegram.waitFor(() => system.telegram.owner.fromBot().find((m) => m.text.includes('done')));
    session = system.tmux('list-panes', '-a', '-F', '#{@ccbot_session}').trim();
  });
  afterAll(() => system.stop());

  const files = () => system.telegram.owner.fromBot().filter((m) => m.media !== undefined);
  const worker = (): number =>
    Number(
      readdirSync('/proc')
        .filter((pid) => /^\d+$/.test(pid))
        .find((pid) => {
          try {
            const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
            const env = readFileSync(`/proc/${pid}/environ`, 'utf8');
            return (
              argv.includes('ccbot-worker') && env.includes(system.ccbotDir) && env.includes('CCBOT_LOCK_FD')
            );
          } catch {
            return false; // it has exited
          }
        }),
    );

  /** Runs the command as the agent would, in its directory. */
  function send(...args: string[]): Promise<{ status: number | null; out: string }> {
    const child = spawn(process.execPath, [CCBOT, 'send-file', ...args], {
      cwd: system.project,
      env: { ...system.env, TELEGRAM_BOT_TOKEN: '', CCBOT_SESSION: session },
    });
    let out = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (d: Buffer) => (out += d.toString()));
    return new Promise((resolve) => child.on('close', (status) => resolve({ status, out })));
  }

  it('sends a file from inside a session', async () => {
    writeFileSync(join(system.project, 'report.txt'), 'all is well');
    const sent = await send('report.txt', '--caption', 'the report');
    expect(sent).toMatchObject({ status: 0, out: expect.stringContaining('sent to chat') });
    expect(files()).toMatchObject([{ text: expect.stringMatching(/^📎 .+\nthe report$/) }]);
    expect(files()[0]?.media?.file.bytes.toString()).toBe('all is well');
  });

  it('loses no file when the worker is killed while it sends the file', async () => {
    const path = join(system.project, 'large.bin');
    writeFileSync(path, Buffer.alloc(3_000_000, 7));
    system.telegram.fault({ method: 'sendDocument', kind: 'hang', times: 1 });
    const sending = send('large.bin');
    await system.telegram.waitFor(
      () => system.telegram.calls.filter((c) => c.method === 'sendDocument').length === 2,
    );
    process.kill(worker(), 'SIGKILL');
    expect(await sending).toMatchObject({ status: 1, out: expect.stringContaining('look in the chat') });
    writeFileSync(path, 'written again since');
    await system.telegram.waitFor(() => files().length === 2);
    expect(files()[1]?.media?.file.bytes.equals(Buffer.alloc(3_000_000, 7))).toBe(true);
    // The worker deletes the copy when it has read Telegram's answer, which the chat does not show.
    const copies = (): number => readdirSync(join(system.ccbotDir, 'outbox')).length;
    await until(() => copies() === 0);
  });
});
