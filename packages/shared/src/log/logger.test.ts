import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { spawnSync } from 'node:child_process';
import { bundleFixture } from '../fixtures/bundle';
import { until } from '../fixtures/until';
import { lineOf } from './line';
import { createLog } from './logger';
import { redact, REDACTED, redactValue } from './redact';

const TOKEN = '1234567890:AAFabcdefghijklmnopqrstuvwxyz012345';
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ccbot-log-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const read = (path: string): Record<string, unknown>[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('the file', () => {
  it('has one JSON line per record, with level, message, time and fields', async () => {
    const path = join(directory, 'a.log');
    const log = createLog({ level: 'info', file: { path }, fields: { program: 'x' } });
    log('info', 'first', { n: 1, big: 10n, when: new Date(0), gone: undefined });
    log.with({ generation: 7 })('error', 'two\nlines');
    log('debug', 'too little');
    await log.close();
    expect(read(path)).toMatchObject([
      { level: 'info', message: 'first', n: 1, big: '10', program: 'x' },
      { level: 'error', message: 'two\nlines', generation: 7, program: 'x' },
    ]);
    expect(Date.parse(String(read(path)[0]?.['timestamp']))).not.toBeNaN();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('follows changes of the level', async () => {
    const path = join(directory, 'a.log');
    let level: 'warn' | 'debug' = 'warn';
    const log = createLog({ level: () => level, file: { path } });
    log('info', 'one');
    level = 'debug';
    log.with({ n: 1 })('debug', 'two');
    await log.close();
    expect(read(path)).toMatchObject([{ message: 'two', n: 1 }]);
  });

  it('is rotated by size, keeps its name for the newest lines, and leaves at most maxFiles', async () => {
    const path = join(directory, 'a.log');
    const log = createLog({ level: 'info', file: { path, maxBytes: 2_000, maxFiles: 3 } });
    for (let i = 0; i < 100; i++) log('info', `line ${i}`, { pad: 'x'.repeat(100) });
    await log.close();
    expect(readdirSync(directory).sort()).toEqual(['a.1.log', 'a.2.log', 'a.log']);
    const kept = ['a.2.log', 'a.1.log', 'a.log'].flatMap((name) => read(join(directory, name)));
    const first = 100 - kept.length;
    expect(kept.map(({ message }) => message)).toEqual(kept.map((_, i) => `line ${first + i}`));
    for (const name of readdirSync(directory)) {
      expect(statSync(join(directory, name)).size).toBeLessThanOrEqual(2_000);
    }
  });

  it('causes one line on stderr and no crash when it cannot be written', () => {
    const program = bundleFixture(join(__dirname, 'fixtures/full-disk.ts'), 'full-disk');
    const { stdout, stderr, status } = spawnSync(process.execPath, [program], { encoding: 'utf8' });
    expect({ stdout, status }).toEqual({ stdout: 'alive\n', status: 0 });
    expect(stderr.match(/cannot write/g)).toHaveLength(1);
  });

  it('is created again after somebody removed or moved it', async () => {
    const path = join(directory, 'a.log');
    const log = createLog({ level: 'info', file: { path } });
    log('info', 'one');
    await until(() => existsSync(path));
    rmSync(path);
    log('info', 'two');
    await log.close();
    expect(read(path)).toMatchObject([{ message: 'two' }]);
  });

  it('has the lines of before it was opened, with their times', async () => {
    const path = join(directory, 'a.log');
    const log = createLog({ level: 'info', file: { path } });
    log('info', 'one');
    log.with({ generation: 2 })('info', 'two');
    const before = new Date().toISOString();
    expect(existsSync(path)).toBe(false);
    await log.close();
    const lines = read(path);
    expect(lines).toMatchObject([{ message: 'one' }, { message: 'two', generation: 2 }]);
    for (const { timestamp } of lines) expect(String(timestamp) <= before).toBe(true);
  });

  it('ignores lines and another close after it was closed', async () => {
    const path = join(directory, 'a.log');
    const log = createLog({ level: 'info', file: { path } });
    await log.close();
    log('error', 'late');
    await log.close();
    expect(existsSync(path)).toBe(false);
  });

  it('causes no error when its directory has vanished', async () => {
    const gone = join(directory, 'gone');
    mkdirSync(gone);
    const log = createLog({ level: 'info', file: { path: join(gone, 'a.log') } });
    rmSync(gone, { recursive: true });
    log('info', 'into nothing');
    await log.close();
    expect(existsSync(directory)).toBe(true);
  });
});

describe('secrets', () => {
  it.each([
    TOKEN,
    encodeURIComponent(TOKEN),
    `https://api.telegram.org/bot${TOKEN}/getMe`,
    `https://api.telegram.org/file/bot${encodeURIComponent(TOKEN)}/x.jpg`,
    `TELEGRAM_BOT_TOKEN=${TOKEN}\n`,
    `"${TOKEN}"`,
    `${TOKEN}${TOKEN}`,
    `x${TOKEN}`,
  ])('shaped like a token are redacted in %j', (text) => {
    expect(redact(text)).not.toContain('AAFabc');
    expect(redact(text)).toContain(REDACTED);
  });

  it('are redacted before a long text is cut', () => {
    const cut = redactValue(`${'x'.repeat(16_370)} ${TOKEN} ${'y'.repeat(1_000_000)}`, []);
    expect(cut).toMatch(/^x+ \[redacted\]? ?.{0,3}… \(\d+ more characters\)$/);
    expect(cut).not.toContain('1234567890');
  });

  it('do not include texts that only resemble a token', () => {
    const text = 'at 12:30:45, pid 123456, sha 0123456789abcdef0123456789abcdef01234567, a:b, 123456:short';
    expect(redact(text)).toBe(text);
  });

  it('are redacted in message, meta, keys, errors, stacks and causes, at any depth', async () => {
    const path = join(directory, 'a.log');
    const log = createLog({ level: 'info', file: { path }, secrets: ['my-proxy-password'] });
    const cause = Object.assign(new Error(`cause ${TOKEN}`), { url: `http://x/bot${TOKEN}/getUpdates` });
    const error = new Error(`failed: ${TOKEN}`, { cause });
    const cycle: Record<string, unknown> = { [TOKEN]: 'key', list: [TOKEN, { deep: 'my-proxy-password' }] };
    cycle['self'] = cycle;
    log('error', `said ${TOKEN} and my-proxy-password`, {
      error,
      cycle,
      buffer: Buffer.from(TOKEN),
      [TOKEN]: 1,
    });
    await log.close();
    const text = readFileSync(path, 'utf8');
    expect(text).toContain(REDACTED);
    expect(text).toContain('cause');
    expect(text).not.toContain('AAFabc');
    expect(text).not.toContain('my-proxy-password');
  });
});

describe('the terminal stream', () => {
  it('has one line per record, with colours only if wanted', async () => {
    const to = new PassThrough();
    const log = createLog({
      level: 'info',
      stream: { to, as: 'text', colour: false },
      fields: { program: 'p' },
    });
    log('warn', 'careful', { reason: 'two words', n: 1 });
    await log.close();
    expect(String(to.read())).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d warn {2}p: careful reason="two words" n=1\n$/,
    );
    expect(lineOf({ level: 'error', message: 'm' }, true)).toContain('\u001b[31m');
  });

  it('leaves out the fields without a value, and no others', () => {
    const empty = {
      a: '',
      b: ' \n',
      c: undefined,
      d: null,
      e: [],
      f: {},
      g: () => 1,
      program: '',
      stack: '',
    };
    const full = { h: 0, i: false, j: [null], k: { l: '' }, m: new Date(0), n: '{}' };
    const line = 'info  worker ended h=0 i=false j=[null] k={"l":""} m="1970-01-01T00:00:00.000Z" n={}';
    expect(lineOf({ level: 'info', message: 'worker ended', ...empty, ...full }, false).trim()).toBe(line);
  });

  it('does not stop the program when it is closed', async () => {
    const to = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) });
    to.on('error', () => undefined);
    const log = createLog({ level: 'info', stream: { to, as: 'text', colour: false } });
    log('info', 'one');
    log('info', 'two');
    await log.close();
    expect(to.errored).not.toBeNull();
  });
});
