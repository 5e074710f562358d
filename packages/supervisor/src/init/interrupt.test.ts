import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { startTelegram, type Sandbox } from '@ccbot/sandbox/telegram/server';
import { atTerminal, wordsOf, type AtTerminal } from '@ccbot/shared/fixtures/terminal';
import { openPlace, type Place } from '../fixtures/harness';

const CTRL_C = '\u0003';

let place: Place;
let telegram: Sandbox;
let env: Record<string, string>;
let init: AtTerminal | undefined;

beforeEach(async () => {
  place = await openPlace();
  const person = (id: number, first_name: string) => ({ id, is_bot: false, first_name });
  telegram = await startTelegram({
    token: place.token,
    owner: person(7, 'Anna'),
    stranger: person(8, 'Mallory'),
  });
  const bin = join(place.directory, 'bin');
  // A fake systemd, on which nobody is logged in.
  mkdirSync(join(place.directory, 'runtime/systemd'), { recursive: true });
  mkdirSync(bin);
  for (const [name, answer] of [
    ['systemctl', ''],
    ['loginctl', 'echo no'],
  ]) {
    const script = `#!/bin/sh\necho "${name} $*" >> '${place.directory}/asked'\n${answer}\n`;
    writeFileSync(join(bin, name ?? ''), script, { mode: 0o755 });
  }
  env = {
    ...place.environment,
    TELEGRAM_API_ROOT: telegram.apiRoot,
    STAND_IN_WORKER: join(__dirname, '../fixtures/hooks-worker.js'),
    PATH: `${bin}:/usr/bin:/bin`,
    XDG_RUNTIME_DIR: join(place.directory, 'runtime'),
    TERM: 'xterm-256color',
  };
  delete env['TELEGRAM_BOT_TOKEN'];
  delete env['ALLOWED_USERS'];
});
afterEach(async () => {
  init?.kill();
  init = undefined;
  await place.run(['stop'], env).end;
  await telegram.close();
  await place.close();
});

let columns: number;
function start(args: readonly string[] = []): AtTerminal {
  init = atTerminal([process.execPath, place.program, 'init', ...args], {
    env,
    cwd: place.directory,
    columns,
  });
  return init;
}

/** Options with the token. */
function withToken(): string[] {
  writeFileSync(join(place.directory, 'token'), `${place.token}\n`);
  return ['--token-file', join(place.directory, 'token')];
}
const known = (): string[] => [...withToken(), '--allow', '7'];
const commands = (): string =>
  existsSync(join(place.directory, 'asked')) ? readFileSync(join(place.directory, 'asked'), 'utf8') : '';

/** The files and folders that a completed setup would create. */
function written(): string[] {
  return readdirSync(place.directory).filter((name) =>
    /^\.env|^hooks-installed|^\.config|^LaunchAgents/.test(name),
  );
}

/** Every moment at which `ccbot init` waits for the user or for Telegram, and how to reach it. */
const MOMENTS: Record<string, () => Promise<AtTerminal>> = {
  'at the prompt for the token': async () => {
    const at = start(['--no-service']);
    await at.sees('it stays hidden');
    return at;
  },
  'while Telegram checks it': async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    silents.push(silent);
    env['TELEGRAM_API_ROOT'] = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const at = start(withToken());
    await at.sees('Asking Telegram');
    return at;
  },
  'at the prompt about the webhook': async () => {
    const { apiRoot, token } = telegram;
    await fetch(`${apiRoot}/bot${token}/setWebhook?url=https://example.org/hook`);
    const at = start(withToken());
    await at.sees('Remove it?');
    return at;
  },
  'while it waits for a message': async () => {
    const at = start(withToken());
    await at.sees('write anything to');
    return at;
  },
  'at the prompt about the sender': async () => {
    const at = start(withToken());
    await at.sees('write anything to');
    telegram.stranger.say('me!');
    await at.sees('May Mallory (id 8) use');
    return at;
  },
  'while it waits for the right sender': async () => {
    const at = start(withToken());
    await at.sees('write anything to');
    telegram.stranger.say('me!');
    await at.sees('May Mallory (id 8) use');
    at.types('n\r');
    await at.sees('from the right account');
    return at;
  },
  'at the prompt about the keyring': async () => {
    // A keyring that is empty, and notes what it is asked to store.
    const script = `#!/bin/sh\n[ "$1" = store ] && touch '${place.directory}/.env-in-keyring'\nexit 1\n`;
    writeFileSync(join(place.directory, 'bin/secret-tool'), script, { mode: 0o755 });
    const at = start(known());
    await at.sees('in the desktop keyring');
    return at;
  },
  'at the prompt about the hooks and the status line': async () => {
    const at = start(known());
    await at.sees('Install the hooks and the status line');
    return at;
  },
  'at the prompt about the deny rules': async () => {
    const at = start([...known(), '--hooks']);
    await at.sees('deny their tools');
    return at;
  },
  'at the prompt about the service': async () => {
    const at = start([...known(), '--hooks', '--deny-rules']);
    await at.sees('also after a reboot?');
    return at;
  },
  'at the prompt about running without a login': async () => {
    const at = start([...known(), '--hooks', '--deny-rules', '--service']);
    await at.sees('not logged in here?');
    return at;
  },
  'at the prompt about other machines': () => atCluster(),
  'at the prompt about the address of the cluster': async () => {
    const at = await atCluster();
    at.types('y\r');
    await at.sees('Its address');
    return at;
  },
  'at the prompt about the credentials for it': async () => {
    const at = await atCluster();
    at.types('y\r');
    await at.sees('Its address');
    at.types('nats://127.0.0.1:1\r');
    await at.sees('your credentials for it');
    return at;
  },
  'at the prompt about the start': async () => {
    const at = start([...known(), '--hooks', '--no-deny-rules', '--no-service', '--no-cluster']);
    await at.sees('Start ccbot now?');
    return at;
  },
};
async function atCluster(): Promise<AtTerminal> {
  const at = start([...known(), '--hooks', '--no-deny-rules', '--no-service']);
  await at.sees('Share this bot with other machines');
  return at;
}

const silents: Server[] = [];
afterEach(() => {
  for (const silent of silents.splice(0)) silent.close();
});

// oxlint-disable-next-line no-control-regex -- colour sequences begin with a control character
const COLOURS = /\u001b\[(?:\d+;)*(?:[34]\d|9[0-7]|10[0-7])m/;
const STEERING = /[^\r\n\b\P{Cc}]/u;

describe.each([
  ['a narrow terminal without colours', { TERM: 'xterm-256color', NO_COLOR: '1' }, 32, COLOURS],
  ['a terminal without cursor movement', { TERM: 'dumb' }, 100, STEERING],
])('Ctrl-C on %s', (_, settings, width, unwanted) => {
  it.each(Object.entries(MOMENTS))('%s stops ccbot init, and nothing is written', async (__, reach) => {
    Object.assign(env, settings);
    columns = width;
    const at = await reach();
    at.types(CTRL_C);
    expect(await at.end).toBe(130);
    expect(wordsOf(at.output())).toContain('Stopped. Nothing was written');
    expect(at.output()).not.toMatch(unwanted);
    expect(wordsOf(at.output())).not.toMatch(/undefined|null| : /);
    expect(written()).toEqual([]);
    expect(commands()).not.toMatch(/systemctl|enable-linger/);
  });
});

it('covers every question and every wait of ccbot init', () => {
  const source = readFileSync(join(__dirname, 'init.ts'), 'utf8');
  expect(source.match(/prompter\.(?:yes|secret|text|waiting)\(/g)).toHaveLength(Object.keys(MOMENTS).length);
});

it('sets up everything on a terminal without cursor movement, with a systemd service', async () => {
  env['TERM'] = 'dumb';
  columns = 100;
  const at = start();
  await at.sees('it stays hidden');
  at.types('no token\r');
  await at.sees('not a token');
  at.types(`x\u007f${place.token}\r`);
  await at.sees('write anything to');
  telegram.owner.say('hi');
  await at.sees('May Anna (id 7) use');
  at.types('perhaps\r');
  await at.sees('(y or n)');
  at.types('y\ry\ry\ry\r'); // three of them are typed ahead
  await at.sees('not logged in here?');
  at.types('y\r');
  await at.sees('Share this bot');
  at.types('\r');
  await at.sees('Said hello to 7.');
  expect(await at.end).toBe(0);
  expect(at.output()).not.toContain(place.token);
  expect(readFileSync(join(place.directory, '.env'), 'utf8')).toContain(`TELEGRAM_BOT_TOKEN=${place.token}`);
  expect(commands()).toMatch(/systemctl --user restart [^]*loginctl enable-linger\n$/);
});
