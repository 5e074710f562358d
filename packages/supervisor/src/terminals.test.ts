import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { atTerminal, wordsOf, type AtTerminal } from '@ccbot/shared/fixtures/terminal';
import { openPlace, type Line, type Place } from './fixtures/harness';

const CTRL_C = '\u0003';
// oxlint-disable-next-line no-control-regex -- colour sequences begin with a control character
const COLOUR = /\u001b\[(?:\d+;)*(?:[34]\d|9[0-7]|10[0-7])m/;
/** Anything except text, line ends and the echo of Ctrl-C. */
const STEERING = /[^\r\n\P{Cc}]/u;

let place: Place;
const open: AtTerminal[] = [];
beforeEach(async () => {
  place = await openPlace();
  mkdirSync(join(place.directory, 'logs'));
  const line = { timestamp: '2026-01-01T00:00:00.000Z', level: 'error', message: 'a-word '.repeat(20) };
  writeFileSync(join(place.directory, 'logs/worker.log'), `${JSON.stringify(line)}\n`);
});
afterEach(async () => {
  for (const terminal of open.splice(0)) terminal.kill();
  await place.close();
});

function at(args: string[], more: Record<string, string>, columns: number): AtTerminal {
  const env = { ...place.environment, CCBOT_LOG_FORMAT: 'text', TERM: 'xterm-256color', ...more };
  const terminal = atTerminal([process.execPath, place.program, ...args], {
    env,
    cwd: place.directory,
    columns,
  });
  open.push(terminal);
  return terminal;
}

const COMMANDS = [
  [['status'], 'ccbot is not running'],
  [['status', '--watch'], 'ccbot is not running'],
  [['logs', 'worker'], 'a-word a-word'],
  [['doctor'], 'checks:'],
  [['metrics'], 'ccbot is not running'],
  [['restart'], 'nothing to restart'],
  [['stop'], 'is not running'],
  [['service', 'print', '--kind', 'systemd'], '[Service]'],
  [['help', 'status'], 'Usage: ccbot status'],
] as const;

describe.each([
  ['a narrow terminal without colours', { NO_COLOR: '1' }, 24, COLOUR],
  ['a terminal without cursor movement', { TERM: 'dumb' }, 80, STEERING],
])('on %s', (_, env, columns, unwanted) => {
  it.each(COMMANDS)('ccbot %j prints its usual text and nothing else', async (args, words) => {
    const terminal = at([...args], env, columns);
    await terminal.end;
    expect(wordsOf(terminal.output())).toContain(words);
    expect(terminal.output()).not.toMatch(unwanted);
  });

  it('ccbot supervise prints its log and stops on Ctrl-C', async () => {
    const terminal = at(['supervise'], env, columns);
    await terminal.sees('worker polling');
    terminal.types(CTRL_C);
    expect(await terminal.end).toBe(0);
    expect(terminal.output().replace('^C', '')).not.toMatch(unwanted);
  });
});

it('uses colours where the terminal supports them', async () => {
  for (const args of [['logs', 'worker'], ['doctor']]) {
    const terminal = at(args, {}, 80);
    await terminal.end;
    expect(terminal.output()).toMatch(COLOUR);
  }
});

describe('with a settings file cut in the middle of a word', () => {
  const whole = (): string => `TELEGRAM_BOT_TOKEN=${place.token}\nALLOWED_USERS=42\nCARD_EDIT_LAG=2\n`;
  const bare = { TELEGRAM_BOT_TOKEN: '', ALLOWED_USERS: '' };

  it.each([
    ['the token', (text: string) => text.slice(0, 'TELEGRAM_BOT_TOKEN='.length + 20), 'TELEGRAM_BOT_TOKEN'],
    ['the allowed users', (text: string) => text.slice(0, text.indexOf('42\n')), 'ALLOWED_USERS'],
    ['a name', (text: string) => text.slice(0, 9), 'TELEGRAM_BOT_TOKEN'],
    ['a quote', (text: string) => text.replace('LAG=2', 'LAG="2'), 'CARD_EDIT_LAG'],
  ])(
    '(%s) it names the invalid value and its file, shows no token, and starts nothing',
    async (_, cut, key) => {
      writeFileSync(join(place.directory, '.env'), cut(whole()), { mode: 0o600 });
      const supervisor = place.run(['supervise'], bare);
      expect(await supervisor.end).toBe(78);
      expect(supervisor.stderr()).toContain(key);
      expect(supervisor.stderr()).toContain(join(place.directory, '.env'));
      expect(supervisor.stderr() + supervisor.stdout()).not.toContain(place.token.slice(12, 20));
      expect(existsSync(join(place.directory, 'starts'))).toBe(false);
      const doctor = place.run(['doctor', '--json'], bare);
      expect(await doctor.end).toBe(1);
      expect(doctor.stdout()).toContain(key);
    },
  );

  it('keeps the current settings, says what is wrong, and takes the new ones when they are complete', async () => {
    writeFileSync(join(place.directory, '.env'), whole(), { mode: 0o600 });
    const supervisor = place.run(['supervise'], bare);
    const polls = (line: Line): boolean => line.message === 'worker polling';
    await supervisor.line(polls);
    writeFileSync(join(place.directory, '.env'), whole().slice(0, 40), { mode: 0o600 });
    const refused = place.run(['restart'], bare);
    expect(await refused.end).toBe(78);
    const status = place.run(['status'], bare);
    expect(await status.end).toBe(0);
    writeFileSync(join(place.directory, '.env'), whole(), { mode: 0o600 });
    expect(await place.run(['restart'], bare).end).toBe(0);
  });
});
