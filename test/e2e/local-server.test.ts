import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { botSays, startSession } from './harness/chat';
import { CCBOT, prepareSystem, type Supervisor, type System } from './harness/system';

const SCRIPTED = join(__dirname, '..', '..', 'packages/sandbox/bin/ccbot-scripted-agent.js');
const MB = 1024 * 1024;
const shaOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('a Bot API server of one’s own that runs with --local', () => {
  let system: System;
  const supervisors: Supervisor[] = [];
  beforeAll(async () => {
    system = await prepareSystem({
      localServer: true,
      settings: { CLAUDE_COMMAND: `"${process.execPath}" "${SCRIPTED}"`, CLAUDE_FLAGS: '' },
    });
    supervisors.push(system.supervise());
    await startSession(system);
  });
  afterAll(() => system.stop());

  const send = (name: string, bytes: Buffer): number =>
    system.telegram.owner.upload({ name, mime: 'application/octet-stream', bytes });
  const inbox = (): string => join(system.project, '.ccbot-inbox');
  const received = (name: string): string | undefined =>
    existsSync(inbox())
      ? readdirSync(inbox()).find((file) => file.endsWith(name) && !file.startsWith('.'))
      : undefined;
  const arrives = async (name: string): Promise<Buffer> => {
    const file = await system.telegram.waitFor(() => received(name));
    return readFileSync(join(inbox(), file));
  };
  /** Where the server keeps the file that it gets next. */
  const serverPath = (name: string): string =>
    join(
      system.dir,
      'bot-api',
      system.telegram.token,
      'documents',
      `file_${system.telegram.state.files.size}${/\.\w+$/.exec(name)?.[0] ?? ''}`,
    );
  const downloads = (): number => system.telegram.calls.filter(({ method }) => method === 'file').length;

  it('has files read from its disk, above Telegram’s own limit too', async () => {
    send('small.txt', Buffer.from('small'));
    expect((await arrives('small.txt')).toString()).toBe('small');
    const large = Buffer.alloc(21 * MB, 'large file ');
    send('large.bin', large);
    expect(shaOf(await arrives('large.bin'))).toBe(shaOf(large));
    expect(downloads()).toBe(0);
  });

  it('gets files above Telegram’s own limit', async () => {
    const large = Buffer.alloc(51 * MB, 'from the agent ');
    writeFileSync(join(system.project, 'build.bin'), large);
    const session = system.tmux('list-panes', '-a', '-F', '#{@ccbot_session}').trim();
    const child = spawn(process.execPath, [CCBOT, 'send-file', 'build.bin'], {
      cwd: system.project,
      env: { ...system.env, TELEGRAM_BOT_TOKEN: '', CCBOT_SESSION: session },
    });
    const sent = await system.telegram.waitFor(() =>
      system.telegram.owner.fromBot().find((m) => m.media?.file.name === 'build.bin'),
    );
    expect(shaOf(sent.media?.file.bytes ?? Buffer.alloc(0))).toBe(shaOf(large));
    await new Promise((resolve) =>
      child.exitCode === null ? child.on('close', resolve) : resolve(undefined),
    );
  });

  it('cannot have a file of the machine read by naming its path', async () => {
    const secret = join(system.home, 'secret.txt');
    writeFileSync(secret, 'a secret of the machine');
    const path = serverPath('link.txt');
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(secret, path);
    send('link.txt', Buffer.from('what the user sent'));
    await botSays(system, 'is not in the directory of a Bot API server');
    expect(received('link.txt')).toBeUndefined();
    const told = system.telegram.owner
      .fromBot()
      .map(({ text }) => text)
      .join('\n');
    expect(told).not.toContain('a secret of the machine');
    expect(told).not.toContain(system.telegram.token);
  });

  it('says what to do when its files are not on this machine', async () => {
    const { state, token } = system.telegram;
    state.filesDirThere = `/var/lib/telegram-bot-api/${token}`;
    send('contained.txt', Buffer.from('contained'));
    const told = await botSays(system, '/var/lib/telegram-bot-api/');
    expect(told.text).toContain('TELEGRAM_LOCAL_FILES');
    expect(told.text).not.toContain(token);
  });

  it('is read where the settings say that the directory of a container is', async () => {
    system.env['TELEGRAM_LOCAL_FILES'] = join(system.dir, 'bot-api');
    const [supervisor] = supervisors;
    supervisor?.child.kill('SIGTERM');
    await supervisor?.exited;
    supervisors.push(system.supervise());
    send('mounted.txt', Buffer.from('mounted'));
    expect((await arrives('mounted.txt')).toString()).toBe('mounted');
    expect(downloads()).toBe(1); // of the file that was nowhere
  });
});
