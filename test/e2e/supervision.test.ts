import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './harness/run-program';
import { openForwardProxy, type ForwardProxy } from './harness/proxy';
import { CCBOT, prepareSystem, WORKER, workerPid, type Supervisor, type System } from './harness/system';
import { until } from './harness/until';

const SCRIPTED = join(__dirname, '..', '..', 'packages/sandbox/bin/ccbot-scripted-agent.js');
const scripted = { CLAUDE_COMMAND: `"${process.execPath}" "${SCRIPTED}"`, CLAUDE_FLAGS: '' };

let system: System;
let proxy: ForwardProxy | undefined;
afterEach(async () => {
  await system.stop();
  await proxy?.close();
  proxy = undefined;
});

const botMessages = (text: string) => system.telegram.owner.fromBot().filter((m) => m.text.includes(text));
/** Resolves when a poll is open. */
const polled = () =>
  system.telegram.waitFor(() => {
    const last = system.telegram.polls.at(-1);
    return last !== undefined && last.endedNs === undefined;
  });
/** Resolves when the supervisor has a worker other than `old`. */
async function replaced(supervisor: Supervisor, old: number): Promise<void> {
  await until(() => {
    try {
      return workerPid(supervisor) !== old;
    } catch {
      return false; // between two workers
    }
  });
}
const log = (program: string): string => readFileSync(join(system.ccbotDir, `logs/${program}.log`), 'utf8');

describe('a poller on another machine', () => {
  const pollElsewhere = async (): Promise<void> => {
    const { apiRoot, token } = system.telegram;
    await fetch(`${apiRoot}/bot${token}/getUpdates`, { method: 'POST' });
  };

  it('stops the worker, is reported once in the chat with what to do, and does not count as a crash', async () => {
    system = await prepareSystem({ settings: scripted });
    const supervisor = system.supervise();
    await polled();
    const first = workerPid(supervisor);
    await pollElsewhere();
    const [notice] = await system.telegram.waitFor(() => {
      const found = botMessages('Another ccbot is using');
      return found.length > 0 && found;
    });
    expect(notice?.text).toContain('BotFather');
    const polls = system.telegram.polls.length;
    const status = await runProgram(system, CCBOT, 'status', '--json');
    expect(status.code).toBe(3);
    expect(JSON.parse(status.stdout)).toMatchObject({
      state: 'waiting',
      report: { why: 'conflict', conflicts: 1, failures: 0, worker: null },
    });

    // After stopping the other one, the user does not have to wait. If it still polls, it is not reported again.
    expect((await runProgram(system, CCBOT, 'restart')).code).toBe(0);
    await polled();
    expect(workerPid(supervisor)).not.toBe(first);
    expect(system.telegram.polls.length).toBeGreaterThan(polls);
    await pollElsewhere();
    await until(async () => {
      const { stdout } = await runProgram(system, CCBOT, 'status', '--json');
      return (JSON.parse(stdout) as { state: unknown }).state === 'waiting';
    });
    expect(botMessages('Another ccbot is using')).toHaveLength(1);
  });
});

describe('while a supervisor runs', () => {
  it('other workers and supervisors refuse to start, and name the holder of the lock', async () => {
    system = await prepareSystem({ settings: scripted });
    const supervisor = system.supervise();
    await polled();
    for (const [program, ...args] of [
      [WORKER],
      [CCBOT, 'worker'],
      [CCBOT, 'worker', '--once'],
      [CCBOT, 'supervise'],
    ] as const) {
      const refused = await runProgram(system, program, ...args);
      expect([refused.code, refused.stderr]).toEqual([
        1,
        expect.stringContaining(`pid ${supervisor.child.pid}`) as string,
      ]);
    }
  });
});

describe.each(['http', 'https', 'socks5'] as const)('behind a proxy of kind %s', (kind) => {
  it('all traffic goes through it: the probe, the polls, messages, and the notices of the supervisor', async () => {
    // Only the proxy can resolve this name, so a request that bypasses it fails.
    const settings = {
      ...scripted,
      TELEGRAM_API_ROOT: 'http://telegram.invalid',
      CCBOT_RESTART_BACKOFF: '0.05',
    };
    system = await prepareSystem({ settings });
    proxy = await openForwardProxy(kind, Number(new URL(system.telegram.apiRoot).port));
    const ca = join(system.dir, 'proxy.pem');
    writeFileSync(ca, proxy.cert);
    Object.assign(system.env, {
      TG_PROXY_URL: proxy.url,
      CCBOT_BACKOFF_MAX: '0.05',
      ...(proxy.cert === '' ? {} : { NODE_EXTRA_CA_CERTS: ca }),
    });
    const supervisor = system.supervise();
    await polled();
    system.telegram.owner.say('/help');
    await system.telegram.waitFor(() => botMessages('Start with /new').length > 0);
    for (let crash = 1; crash <= 3; crash++) {
      const old = workerPid(supervisor);
      process.kill(old, 'SIGKILL');
      await replaced(supervisor, old);
      await polled();
    }
    await system.telegram.waitFor(() => botMessages('keeps crashing').length > 0);
    expect([...proxy.hosts].map((host) => host.replace(/:80$/, ''))).toEqual(['telegram.invalid']);
    expect(log('supervisor')).not.toContain('cannot reach');
  });
});
