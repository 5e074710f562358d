import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strayEnvNotice } from './stray-env-file';

const TOKEN = '123456789:AAFabcdefghijklmnopqrstuvwxyz012345';
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-stray-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const stray = (): string => join(dir, '.env');
const settings = (): string => join(dir, 'settings.env');
const notice = (): string | null => strayEnvNotice(stray(), settings());

it.each([
  `TELEGRAM_BOT_TOKEN=${TOKEN}\n`,
  `A=b\r\n  export TELEGRAM_BOT_TOKEN = "${TOKEN}"\r\n`,
  `TELEGRAM_BOT_TOKEN='\u001b[2J${TOKEN}`,
])('says of %j that it is not read and how to move it, and shows nothing of it', (text) => {
  writeFileSync(stray(), text);
  expect(notice()).toContain(`mv .env ${settings()}`);
  expect(notice()).toContain('--env-file');
  expect(notice()).not.toMatch(/AAF|\p{Cc}/u);
});

it('proposes no command that would overwrite the settings file', () => {
  writeFileSync(stray(), `TELEGRAM_BOT_TOKEN=${TOKEN}\n`);
  writeFileSync(settings(), '');
  expect(notice()).not.toContain('mv ');
  expect(notice()).toContain(`${settings()} is read instead`);
});

it('quotes the path for a shell', () => {
  writeFileSync(stray(), `TELEGRAM_BOT_TOKEN=${TOKEN}\n`);
  expect(strayEnvNotice(stray(), "/it's/$(x)")).toContain(`mv .env '/it'\\''s/$(x)'\``);
});

it.each<[string, () => void]>([
  ['there is none', () => undefined],
  ['it has no token', () => writeFileSync(stray(), 'TELEGRAM_BOT_TOKEN=\nX=1\n#TELEGRAM_BOT_TOKEN=1\n')],
  ['its token is empty', () => writeFileSync(stray(), `TELEGRAM_BOT_TOKEN=""\n`)],
  ['it is a directory', () => mkdirSync(stray())],
  ['it is a pipe', () => execFileSync('mkfifo', [stray()])],
  ['it is a device', () => symlinkSync('/dev/zero', stray())],
  [
    'it is a link',
    () => (
      writeFileSync(join(dir, 'x'), `TELEGRAM_BOT_TOKEN=${TOKEN}`),
      symlinkSync(join(dir, 'x'), stray())
    ),
  ],
  [
    'it is the settings file',
    () => (writeFileSync(settings(), `TELEGRAM_BOT_TOKEN=${TOKEN}`), linkSync(settings(), stray())),
  ],
  [
    'the token is behind more than anybody writes',
    () => writeFileSync(stray(), `${'\n'.repeat(100_000)}TELEGRAM_BOT_TOKEN=${TOKEN}`),
  ],
])('says nothing when %s', (_, make) => {
  make();
  expect(notice()).toBeNull();
});
