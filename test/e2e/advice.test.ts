import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openBlackHole } from '@ccbot/shared/fixtures/black-hole';
import type { CertificateOptions } from '@ccbot/shared/fixtures/certificate';
import { answering, openHttp, openHttps, openTcp, type TestServer } from '@ccbot/shared/fixtures/servers';
import { runProgram } from './harness/run-program';
import { CCBOT, prepareSystem, type System } from './harness/system';
import { until } from './harness/until';

const SCRIPTED = join(__dirname, '..', '..', 'packages/sandbox/bin/ccbot-scripted-agent.js');
const scripted = { CLAUDE_COMMAND: `"${process.execPath}" "${SCRIPTED}"`, CLAUDE_FLAGS: '' };
const PAGE = { 'content-type': 'text/html' };
const DAY_MS = 86_400_000;

/** What a test has to itself, so that several can run at the same time. */
interface World {
  system: System;
  /** Closed at the end of the test. */
  open<T extends { close(): Promise<void> }>(server: Promise<T>): Promise<T>;
}

/** Runs a test with a system of its own, of which nothing is started yet. */
function withWorld<Row extends readonly unknown[]>(
  test: (world: World, ...row: Row) => Promise<void>,
): (...row: Row) => Promise<void> {
  return async (...row) => {
    const opened: { close(): Promise<void> }[] = [];
    const system = await prepareSystem({
      settings: { ...scripted, CCBOT_NET_RETRY_SEC: '0.5' },
      installHooks: false,
    });
    try {
      const open: World['open'] = async (server) => {
        const is = await server;
        opened.push(is);
        return is;
      };
      await test({ system, open }, ...row);
    } finally {
      await system.stop();
      await Promise.all(opened.map((server) => server.close()));
    }
  };
}

/** A server with a certificate that the machine's clock or name does not fit; ccbot trusts its authority. */
async function certified({ system, open }: World, options: CertificateOptions): Promise<void> {
  const server = await open(openHttps(answering(200, '{"ok":true,"result":{}}'), options));
  system.env['NODE_EXTRA_CA_CERTS'] = join(system.dir, 'ca.pem');
  writeFileSync(system.env['NODE_EXTRA_CA_CERTS'], server.cert);
  system.env['TELEGRAM_API_ROOT'] = `https://localhost:${server.port}`;
}
const at = ({ port }: TestServer): string => `http://localhost:${port}`;
async function proxied({ system, open }: World, answer: string): Promise<void> {
  const proxy = await open(openTcp((socket) => socket.once('data', () => socket.end(answer))));
  system.env['TELEGRAM_API_ROOT'] = 'https://api.telegram.invalid';
  system.env['TG_PROXY_URL'] = `http://me:pass-word@localhost:${proxy.port}`;
}

interface Kind {
  what: string;
  set(world: World): Promise<void> | void;
  /** What is told, and what to do. */
  tells: RegExp;
  todo: RegExp;
}

const KINDS: readonly Kind[] = [
  {
    what: 'a name that no server knows',
    set: ({ system }) => void (system.env['TELEGRAM_API_ROOT'] = 'http://telegram.invalid'),
    tells: /resolve the name.*ENOTFOUND|EAI_AGAIN/,
    todo: /resolv\.conf/,
  },
  {
    what: 'a port where nothing listens',
    set: ({ system }) => void (system.env['TELEGRAM_API_ROOT'] = 'http://127.0.0.1:9'),
    tells: /Nothing accepts connections.*ECONNREFUSED/,
    todo: /TELEGRAM_API_ROOT/,
  },
  {
    what: 'a clock that is ahead',
    set: (world) => certified(world, { from: new Date(0), until: new Date(Date.now() - DAY_MS) }),
    tells: /not valid at the time of this machine, \d{4}-.*expired/,
    todo: /timedatectl/,
  },
  {
    what: 'a clock that is behind',
    set: (world) => certified(world, { from: new Date(Date.now() + DAY_MS) }),
    tells: /not valid at the time of this machine.*not yet valid/,
    todo: /timedatectl/,
  },
  {
    what: 'an authority that is not trusted',
    async set({ system, open }) {
      const server = await open(openHttps(answering(200, '{"ok":true}')));
      system.env['TELEGRAM_API_ROOT'] = `https://localhost:${server.port}`;
    },
    tells: /authority that ccbot does not trust.*self-signed/,
    todo: /NODE_EXTRA_CA_CERTS/,
  },
  {
    what: 'the certificate of another server',
    set: (world) => certified(world, { host: 'elsewhere.example' }),
    tells: /belongs to another server/,
    todo: /TELEGRAM_API_ROOT/,
  },
  {
    what: 'a server without TLS',
    async set({ system, open }) {
      system.env['TELEGRAM_API_ROOT'] = at(await open(openHttp(answering(200, '')))).replace('http', 'https');
    },
    tells: /Cannot encrypt the connection/,
    todo: /`http:` instead of `https:`/,
  },
  {
    what: 'a proxy that wants a password',
    set: (world) => proxied(world, 'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'),
    tells: /proxy http:\/\/localhost:\d+ wants a user name.*407/,
    todo: /TG_PROXY_URL/,
  },
  {
    what: 'a proxy that allows no tunnel',
    set: (world) => proxied(world, 'HTTP/1.1 502 Bad Gateway\r\n\r\n<html>'),
    tells: /does not connect to https:\/\/api\.telegram\.invalid.*502/,
    todo: /Allow that address in the proxy/,
  },
  {
    what: 'a proxy that is down',
    set: ({ system }) => void (system.env['TG_PROXY_URL'] = 'socks5h://127.0.0.1:9'),
    tells: /Cannot connect through the proxy socks5h:\/\/127\.0\.0\.1:9.*ECONNREFUSED/,
    todo: /Start the proxy/,
  },
  {
    what: 'a wrong API root',
    async set({ system, open }) {
      system.env['TELEGRAM_API_ROOT'] =
        `${at(await open(openHttp(answering(404, '<html>Not Found', PAGE))))}/bots`;
    },
    tells: /no Bot API at http:\/\/localhost:\d+\/bots.*404/,
    todo: /Correct TELEGRAM_API_ROOT/,
  },
  {
    what: 'the login page of a hotel',
    async set({ system, open }) {
      system.env['TELEGRAM_API_ROOT'] = at(await open(openHttp(answering(200, '<html>Room number?', PAGE))));
    },
    tells: /is not the Bot API.*text\/html/,
    todo: /login page/,
  },
  {
    what: 'a server that ends the connection in the middle of its answer',
    async set({ system, open }) {
      const server = openHttp((_request, response) => {
        response.writeHead(200, { 'content-length': 100 });
        response.write('{"ok":', () => response.destroy());
      });
      system.env['TELEGRAM_API_ROOT'] = at(await open(server));
    },
    tells: /The connection to .* breaks/,
    todo: /firewall or VPN/,
  },
];

const withoutSecrets = ({ telegram }: System, text: string): void => {
  expect(text).not.toContain(telegram.token.split(':')[1]);
  expect(text).not.toContain('pass-word');
  expect(text).not.toMatch(/: ?\. |undefined|\{\w+\}/);
};

// It waits until ccbot gives up, and the others run meanwhile.
it.concurrent(
  'names an address that lets every packet disappear',
  withWorld(async ({ system, open }) => {
    const hole = await open(openBlackHole());
    system.env['TELEGRAM_API_ROOT'] = `http://127.0.0.1:${hole.port}`;
    const supervisor = system.supervise();
    const isNamed = (text: string): boolean => /No answer in time from .*: no connection in time/.test(text);
    await until(
      () => isNamed(supervisor.output()),
      () => supervisor.output(),
    );
    let status = '';
    await until(
      async () => {
        status = (await runProgram(system, CCBOT, 'status')).stdout;
        return isNamed(status);
      },
      () => `${status}\n${supervisor.output()}`,
    );
    expect(status).toContain('TG_PROXY_URL');
  }),
);

it.concurrent.each(KINDS)(
  'doctor, init and status name $what with its one advice',
  withWorld(async (world, { set, tells, todo }) => {
    const { system } = world;
    await set(world);
    const doctor = await runProgram(system, CCBOT, 'doctor', '--json');
    const { checks } = JSON.parse(doctor.stdout) as {
      checks: { id: string; verdict: string; detail: string; todo?: string }[];
    };
    const told = checks.filter((c) => ['network', 'clock', 'token'].includes(c.id) && c.verdict === 'bad');
    expect(told).toHaveLength(1);
    expect(told[0]?.detail).toMatch(tells);
    expect(told[0]?.todo).toMatch(todo);

    const token = join(system.dir, 'token');
    writeFileSync(token, system.telegram.token);
    const init = await runProgram(system, CCBOT, 'init', '--yes', '--token-file', token, '--allow', '7');
    expect(init.code).not.toBe(0);
    expect(init.stderr).toMatch(tells);
    expect(init.stderr).toMatch(todo);

    const supervisor = system.supervise();
    await until(
      () => tells.test(supervisor.output()),
      () => supervisor.output(),
    );
    let status = '';
    await until(
      async () => {
        status = (await runProgram(system, CCBOT, 'status')).stdout;
        return tells.test(status) && todo.test(status);
      },
      () => `${status}\n${supervisor.output()}`,
    );
    for (const text of [doctor.stdout, init.stderr, status, supervisor.output()])
      withoutSecrets(system, text);
    expect(readFileSync(join(system.ccbotDir, 'logs/supervisor.log'), 'utf8')).not.toMatch(
      /"detail":"[^"]*: ?"/,
    );
  }),
);

it.concurrent(
  'over a link on which a connection takes 1 s, to a host with a second address that leads nowhere, the doctor reaches Telegram, the bot starts and answers, and no attempt ends after 250 ms',
  withWorld(async ({ system, open }) => {
    const { port } = new URL(system.telegram.apiRoot);
    const link = await open(openBlackHole({ forwardTo: Number(port) }));
    const asked = join(system.dir, 'asked');
    writeFileSync(asked, '');
    Object.assign(system.env, {
      TELEGRAM_API_ROOT: `http://telegram.test:${link.port}`,
      NODE_OPTIONS: `--require ${join(__dirname, 'fixtures/addresses.cjs')}`,
      CCBOT_TEST_HOST: 'telegram.test',
      CCBOT_TEST_ADDRESSES: '127.0.0.1,::1',
      CCBOT_TEST_ASKED: asked,
    });
    // The first packet gets no reply; the second one, after 1 s, does.
    const doctor = runProgram(system, CCBOT, 'doctor', '--json');
    await until(() => readFileSync(asked, 'utf8') !== '');
    link.wake(400);
    const { checks } = JSON.parse((await doctor).stdout) as { checks: { id: string; verdict: string }[] };
    expect(checks.find(({ id }) => id === 'network')).toMatchObject({ verdict: 'ok' });

    system.supervise();
    system.telegram.owner.say('/help');
    await system.telegram.waitFor(() =>
      system.telegram.owner.fromBot().find((m) => m.text.includes('Start with /new')),
    );
  }),
);

it(
  'after a poll of ccbot that broke off, which Telegram still holds, it polls again as soon as it can, says what it is, and reports no other ccbot',
  withWorld(async ({ system }) => {
    const held = 12_000;
    const supervisor = system.supervise();
    const isPolling = (): boolean => {
      const last = system.telegram.polls.at(-1);
      return last !== undefined && last.endedNs === undefined;
    };
    await system.telegram.waitFor(isPolling);
    const since = performance.now();
    system.telegram.breakPoll(held);
    let status = '';
    await until(
      async () => {
        status = (await runProgram(system, CCBOT, 'status')).stdout;
        return status.includes('still holds an earlier poll of this ccbot');
      },
      () => status,
    );
    expect(status).toContain('running (polls fail)');
    system.telegram.owner.say('/help');
    await system.telegram.waitFor(() =>
      system.telegram.owner.fromBot().find((m) => m.text.includes('Start with /new')),
    );
    expect(performance.now() - since).toBeLessThan(held + 8_000);
    expect(system.telegram.owner.fromBot().filter((m) => m.text.includes('Another ccbot'))).toEqual([]);
    expect(supervisor.output()).not.toContain('another poller');
    await until(async () => {
      status = (await runProgram(system, CCBOT, 'status')).stdout;
      return !status.includes('polls fail');
    });
  }),
);
