import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { startTelegram, type Sandbox } from '@ccbot/sandbox/telegram/server';
import type { Check } from '@ccbot/shared/doctor/check';
import { createPatient, type Changes, type Patient } from '../fixtures/doctor';
import { writeReport } from '../status/state-file';
import type { Finding } from './deps';
import { examineTelegram } from './telegram';

let patient: Patient;
let telegram: Sandbox;
beforeEach(async () => {
  patient = createPatient();
  const person = (id: number) => ({ id, is_bot: false, first_name: 'P' });
  telegram = await startTelegram({ token: patient.token, owner: person(7), stranger: person(8) });
  patient.env['TELEGRAM_API_ROOT'] = telegram.apiRoot;
});
afterEach(async () => {
  await telegram.close();
  patient.remove();
});

const look = (changes: Changes = {}): Promise<Finding> => examineTelegram(patient.deps(changes));
const by = ({ checks }: Finding): Record<string, Check> => Object.fromEntries(checks.map((c) => [c.id, c]));
const verdicts = (found: Finding): Record<string, string> =>
  Object.fromEntries(found.checks.map((c) => [c.id, c.verdict]));
const call = (method: string, body: unknown = {}): Promise<Response> =>
  fetch(`${telegram.apiRoot}/bot${patient.token}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

it('finds no problem with a working bot, and confirms no message', async () => {
  telegram.owner.say('keep me');
  expect(verdicts(await look())).toEqual({
    network: 'ok',
    token: 'ok',
    webhook: 'ok',
    clock: 'ok',
    poller: 'ok',
  });
  const waiting = (await (await call('getUpdates')).json()) as { result: unknown[] };
  expect(waiting.result).toHaveLength(1);
});

it('finds that the network is down, also through a proxy, and reveals no password', async () => {
  patient.env['TELEGRAM_API_ROOT'] = 'http://127.0.0.1:9';
  expect(verdicts(await look())).toEqual({
    network: 'bad',
    token: 'skipped',
    webhook: 'skipped',
    clock: 'skipped',
    poller: 'skipped',
  });
  patient.env['TG_PROXY_URL'] = 'http://me:open-sesame@127.0.0.1:9';
  const found = await look();
  expect(by(found)['network']?.detail).toContain('through the proxy http://127.0.0.1:9');
  expect(JSON.stringify(found)).not.toContain('open-sesame');
});

it('finds a token that Telegram rejects, and does not repeat it', async () => {
  const wrong = '123456789:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB';
  patient.env['TELEGRAM_BOT_TOKEN'] = wrong;
  const found = await look();
  expect(verdicts(found)).toMatchObject({
    network: 'ok',
    token: 'bad',
    webhook: 'skipped',
    poller: 'skipped',
  });
  expect(JSON.stringify(found)).not.toContain(wrong);
});

it('finds a webhook, removes it on request, and keeps waiting messages', async () => {
  telegram.owner.say('keep me');
  await call('setWebhook', { url: 'https://elsewhere.example/hook' });
  const found = await look();
  expect(by(found)['webhook']).toMatchObject({
    verdict: 'bad',
    detail: expect.stringContaining('elsewhere.example') as string,
  });
  expect(found.fix).toBeDefined();
  await found.fix?.apply();
  expect(verdicts(await look())).toMatchObject({ webhook: 'ok', poller: 'ok' });
  expect(((await (await call('getUpdates')).json()) as { result: unknown[] }).result).toHaveLength(1);
});

it('finds a wrong clock', async () => {
  const check = by(await look({ now: () => Date.now() + 30 * 60_000 }))['clock'];
  expect(check).toMatchObject({ verdict: 'warn', detail: '30 min ahead' });
});

it('finds another poller', async () => {
  let over = false;
  const other = (async () => {
    while (!over) await call('getUpdates', { timeout: 20 }).then((answer) => answer.json());
  })();
  try {
    expect(by(await look())['poller']).toMatchObject({
      verdict: 'bad',
      detail: expect.stringContaining('409') as string,
    });
  } finally {
    over = true;
    telegram.owner.say('the end');
    await other;
  }
});

it('takes no 409 for another poller while Telegram may hold the last poll of a ccbot that has just stopped', async () => {
  const { paths } = patient.deps().loaded;
  mkdirSync(dirname(paths.supervisorState), { recursive: true });
  const now = new Date().toISOString();
  writeReport(paths.supervisorState, {
    v: 1,
    phase: 'stopped',
    why: '',
    supervisor: { pid: 1, version: '1', since: now, host: 'h', ccbotDir: paths.dir, rssBytes: 1 },
    worker: null,
    restarts: 0,
    failures: 0,
    conflicts: 0,
    nextTryAt: null,
    network: { up: true, since: now, detail: '' },
    ended: [],
    told: null,
    noticesAt: [],
    stopped: { at: now, why: 'stop requested', code: 0 },
  });
  expect(by(await look())['poller']).toMatchObject({
    verdict: 'skipped',
    detail: expect.stringContaining('try again in a minute') as string,
  });
  expect(telegram.polls).toEqual([]);
  expect(by(await look({ now: () => Date.now() + 90_000 }))['poller']).toMatchObject({ verdict: 'ok' });
});

it('names a wrong API root, and not the token', async () => {
  patient.env['TELEGRAM_API_ROOT'] = `${telegram.apiRoot}/wrong`;
  const found = await look();
  expect(verdicts(found)).toMatchObject({ network: 'bad', token: 'skipped' });
  expect(by(found)['network']).toMatchObject({
    detail: expect.stringContaining('There is no Bot API at') as string,
    todo: expect.stringContaining('Correct TELEGRAM_API_ROOT') as string,
  });
});

it('sends no request without a token or with invalid settings', async () => {
  delete patient.env['TELEGRAM_BOT_TOKEN'];
  expect(new Set(Object.values(verdicts(await look())))).toEqual(new Set(['skipped']));
  patient.env['TELEGRAM_BOT_TOKEN'] = 'nonsense';
  expect(new Set(Object.values(verdicts(await look())))).toEqual(new Set(['skipped']));
  expect(telegram.calls).toEqual([]);
});
