import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { approveSettings } from '@ccbot/shared/trust/approved';
import { KernelUnderTest, TOKEN } from '../../fixtures/kernel';
import { hookCommand } from '../../hook/install';

let w: KernelUnderTest;
let envFile: string;
let agentFile: string;

beforeEach(async () => {
  w = new KernelUnderTest();
  envFile = join(w.dir, 'state/.env');
  agentFile = join(w.dir, '.claude/settings.json');
  for (const path of [envFile, agentFile]) mkdirSync(dirname(path), { recursive: true });
  writeSettings(`TELEGRAM_BOT_TOKEN=${TOKEN}\nALLOWED_USERS=7\n`);
  hook('install');
  await w.open();
});
afterEach(() => w.close());

const writeSettings = (text: string): void => writeFileSync(envFile, text, { mode: 0o600 });
const notices = () => w.telegram.owner.fromBot().filter((m) => m.text.startsWith('⚠️'));

/** Runs `ccbot hook` for all agents. */
function hook(action: 'install' | 'uninstall', denyRules = false): void {
  const sink = { write: () => true } as unknown as NodeJS.WritableStream;
  const dir = join(w.dir, 'state');
  const code = hookCommand(
    { action, json: false, agent: 'all', denyRules },
    {
      env: {},
      home: w.dir,
      paths: { dir, approved: join(dir, 'approved.json') },
      command: "'node' '/opt/ccbot/packages/worker/dist/hook.js'",
      statusLine: "'node' '/opt/ccbot/packages/worker/dist/statusline.js'",
      terminal: { out: sink, err: sink },
    },
  );
  if (code !== 0) throw new Error(`ccbot hook: ${code}`);
}

/** Changes the agent's settings as another program does. */
function changeAgent(change: (settings: Record<string, unknown>) => Record<string, unknown>): void {
  const settings = JSON.parse(readFileSync(agentFile, 'utf8')) as Record<string, unknown>;
  writeFileSync(agentFile, JSON.stringify(change(settings)));
}

let marks = 0;
/** Makes one more change, and expects `count` notices before its own. */
async function nothingBut(count: number): Promise<void> {
  const mark = `MARK_${++marks}`;
  writeSettings(`TELEGRAM_BOT_TOKEN=${TOKEN}\nALLOWED_USERS=7\n${mark}=1\n`);
  await w.until(() => notices().some((m) => m.text.includes(mark)));
  expect(notices().map((m) => m.text)).toHaveLength(count + 1);
}

describe('the settings file', () => {
  it('is reported once when another program changes it, by names and without values', async () => {
    writeSettings(`TELEGRAM_BOT_TOKEN=${TOKEN}\nALLOWED_USERS=7,666\nCLAUDE_COMMAND=/tmp/secret-evil.sh\n`);
    const notice = await w.until(() => notices()[0]);
    expect(notice.text).toContain('not with ccbot init: ALLOWED_USERS, CLAUDE_COMMAND.');
    expect(notice.text).toContain('If this was not you');
    for (const value of ['666', 'secret-evil', TOKEN]) expect(notice.text).not.toContain(value);
    await w.stop();
    await w.start();
    await nothingBut(1);
  });

  it('is reported at the next start when it was changed meanwhile', async () => {
    await w.stop();
    writeSettings(`TELEGRAM_BOT_TOKEN=${TOKEN}\nALLOWED_USERS=7\nTELEGRAM_API_ROOT=http://127.0.0.1:1\n`);
    await w.start();
    const notice = await w.until(() => notices()[0]);
    expect(notice.text).toContain('TELEGRAM_API_ROOT');
    expect(notice.text).toContain('already uses');
  });

  it('is not reported when `ccbot init` wrote it, while ccbot runs or not', async () => {
    const first = `TELEGRAM_BOT_TOKEN=${TOKEN}\nALLOWED_USERS=7,8\n`;
    approveSettings(w.paths.approved, first);
    writeSettings(first);
    await nothingBut(0);
    await w.stop();
    const second = `TELEGRAM_BOT_TOKEN=${TOKEN}\nALLOWED_USERS=7,9\n`;
    approveSettings(w.paths.approved, second);
    writeSettings(second);
    await w.start();
    await nothingBut(1);
  });

  it('is not reported when only comments and the order changed', async () => {
    writeSettings(`# mine\nALLOWED_USERS='7'\nTELEGRAM_BOT_TOKEN=${TOKEN}\n`);
    await nothingBut(0);
  });

  it.each<[string, () => void, RegExp]>([
    ['removed', () => rmSync(envFile), /was removed/],
    [
      'replaced by a directory',
      () => {
        rmSync(envFile);
        mkdirSync(envFile);
      },
      /can no longer read/,
    ],
    [
      'replaced by a device',
      () => {
        rmSync(envFile);
        symlinkSync('/dev/zero', envFile);
      },
      /can no longer read/,
    ],
    ['made huge', () => writeSettings(`A=${'x'.repeat(2_000_000)}`), /can no longer read/],
  ])('is reported when it is %s, and not again when it comes back', async (_what, change, text) => {
    change();
    const notice = await w.until(() => notices()[0]);
    expect(notice.text).toMatch(text);
    expect(notice.text).toContain('may not start again until the file is back');
    expect(notice.text).not.toMatch(/\.\.|from its next start/);
    rmSync(envFile, { recursive: true, force: true });
    const draft = `${envFile}.new`;
    writeFileSync(draft, `ALLOWED_USERS=7\nTELEGRAM_BOT_TOKEN=${TOKEN}\n`, { mode: 0o600 });
    renameSync(draft, envFile);
    await nothingBut(notices().length);
  });

  it('shows at most twelve of the names, each cut', async () => {
    const names = Array.from({ length: 40 }, (_, i) => `N${i}_${'x'.repeat(500)}`);
    writeSettings(names.map((name) => `${name}=1`).join('\n'));
    const notice = await w.until(() => notices()[0]);
    expect(notice.text).toMatch(/and \d+ more/);
    expect(notice.text.length).toBeLessThan(1_200);
  });
});

describe('the hooks', () => {
  it('are reported once when another program removes them, with the command that installs them', async () => {
    changeAgent(({ hooks: _hooks, ...rest }) => rest);
    const notice = await w.until(() => notices()[0]);
    expect(notice.text).toContain('hooks.PermissionRequest');
    expect(notice.text).toContain('ccbot hook --install --agent claude');
    await w.stop();
    await w.start();
    await nothingBut(1);
  });

  it('are reported when another hook is added, they are switched off, or the file breaks, while ccbot is down', async () => {
    const changes: (() => void)[] = [
      () =>
        changeAgent((settings) => ({
          ...settings,
          hooks: { ...(settings['hooks'] as object), PreToolUse: [{ hooks: [{ command: 'allow-all' }] }] },
        })),
      () => changeAgent((settings) => ({ ...settings, disableAllHooks: true })),
      () => writeFileSync(agentFile, '{'),
    ];
    for (const [index, change] of changes.entries()) {
      await w.stop();
      change();
      await w.start();
      await w.until(() => notices().length === index + 1);
    }
    const [added, off, broken] = notices().map((m) => m.text);
    expect(added).toContain('hooks.PreToolUse');
    expect(off).toContain('disableAllHooks');
    expect(broken).toContain('can no longer read');
  });

  it('are not reported when `ccbot hook` changes them, or when other settings change', async () => {
    hook('uninstall');
    hook('install', true);
    changeAgent((settings) => ({ ...settings, model: 'opus' }));
    await nothingBut(0);
    await w.stop();
    hook('uninstall');
    await w.start();
    await nothingBut(1);
  });

  it('are reported with their deny rules', async () => {
    hook('install', true);
    await nothingBut(0);
    changeAgent(({ permissions: _permissions, ...rest }) => rest);
    rmSync(join(w.dir, '.codex/rules/ccbot.rules'));
    await w.until(() => notices().length === 3);
    const [list, file] = notices()
      .slice(1)
      .map((m) => m.text);
    expect(`${list} ${file}`).toContain('permissions.deny');
    expect(`${list} ${file}`).toContain('ccbot hook --install --deny-rules --agent claude');
    expect(`${list} ${file}`).toContain('ccbot.rules was removed');
  });
});

it('repeats a notice that a full disk swallowed, rather than lose it', async () => {
  const put = w.rooms.outbox.put.bind(w.rooms.outbox);
  const broken = jest.spyOn(w.rooms.outbox, 'put').mockImplementation(() => {
    throw new Error('SQLITE_FULL');
  });
  writeSettings(`TELEGRAM_BOT_TOKEN=${TOKEN}\nALLOWED_USERS=7,8\n`);
  await w.eventually(() => w.logged.some(({ text }) => text === 'guarded file not checked'));
  broken.mockImplementation(put);
  await w.stop();
  await w.start();
  expect((await w.until(() => notices()[0])).text).toContain('ALLOWED_USERS');
});
