import { startFixture, TOKEN, type Fixture } from './fixtures/client';
import { RETENTION_MS } from './state';

let f: Fixture;
let now: number;
beforeEach(async () => {
  now = 1_700_000_000_000;
  f = await startFixture({ now: () => now });
});
afterEach(() => f.telegram.close());

const poll = async (
  params: Record<string, unknown> = {},
): Promise<{ update_id: number; message?: { text: string } }[]> =>
  (await f.call('getUpdates', params)).result;
const texts = async (params?: Record<string, unknown>): Promise<(string | undefined)[]> =>
  (await poll(params)).map((u) => u.message?.text);

it('answers at once when an update waits or no timeout is given, else when an update arrives', async () => {
  expect(await poll()).toEqual([]);
  f.telegram.owner.say('waits already');
  const [first] = await poll({ timeout: 50 });
  const later = poll({ timeout: 50, offset: (first?.update_id ?? 0) + 1 });
  await f.telegram.waitFor(() => f.telegram.polls.length === 3);
  f.telegram.owner.say('comes later');
  expect((await later).map((u) => u.message?.text)).toEqual(['comes later']);
});

it('repeats updates until a higher offset confirms them', async () => {
  f.telegram.owner.say('a');
  f.telegram.owner.say('b');
  expect(await texts()).toEqual(['a', 'b']);
  const [a] = await poll();
  expect(await texts({ offset: (a?.update_id ?? 0) + 1 })).toEqual(['b']);
  expect(await texts()).toEqual(['b']);
});

it('numbers updates consecutively from a large number', async () => {
  for (const text of ['a', 'b', 'c']) f.telegram.owner.say(text);
  const ids = (await poll()).map((u) => u.update_id);
  expect(ids[0]).toBeGreaterThan(99_999_999);
  expect(ids).toEqual([ids[0], (ids[0] ?? 0) + 1, (ids[0] ?? 0) + 2]);
});

it('returns no more than the limit, and only the last updates for a negative offset', async () => {
  for (const text of ['a', 'b', 'c']) f.telegram.owner.say(text);
  expect(await texts({ limit: 2 })).toEqual(['a', 'b']);
  expect(await texts({ offset: -1 })).toEqual(['c']);
  expect(await texts()).toEqual(['c']);
});

it('drops updates after a day', async () => {
  f.telegram.owner.say('old');
  now += RETENTION_MS - 1;
  f.telegram.owner.say('young');
  expect(await texts()).toEqual(['old', 'young']);
  now += 1;
  expect(await texts()).toEqual(['young']);
});

it('keeps only the kinds that the bot has asked for since', async () => {
  const id = f.telegram.owner.say('first');
  f.telegram.owner.edit(id, 'changed');
  expect(await poll({ allowed_updates: ['message', 'message_reaction'] })).toHaveLength(2);
  f.telegram.owner.edit(id, 'changed again');
  f.telegram.owner.react(id, '👍');
  expect((await poll()).map((u) => Object.keys(u)[1])).toEqual([
    'message',
    'edited_message',
    'message_reaction',
  ]);
});

it('sends reactions only to a bot that asks for them', async () => {
  f.telegram.owner.react(f.telegram.owner.say('x'), '👍');
  expect((await poll()).map((u) => Object.keys(u)[1])).toEqual(['message']);
});

it('ends the first poll with 409 when a second one starts, and counts the overlap', async () => {
  const first = f.call('getUpdates', { timeout: 50 });
  await f.telegram.waitFor(() => f.telegram.polls.length === 1);
  const second = f.call('getUpdates', { timeout: 50 });
  expect(await first).toMatchObject({
    status: 409,
    description:
      'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
  });
  f.telegram.owner.say('for the second');
  expect((await second).result).toHaveLength(1);
  expect(f.telegram.overlaps()).toBe(1);
  expect(f.telegram.polls.map((p) => p.how)).toEqual(['conflict', 'answered']);
});

it('counts no overlap for consecutive polls, nor after a poll whose client disconnected', async () => {
  await poll();
  const abort = new AbortController();
  const gone = fetch(`${f.telegram.apiRoot}/bot${TOKEN}/getUpdates?timeout=50`, { signal: abort.signal });
  await f.telegram.waitFor(() => f.telegram.polls.length === 2);
  abort.abort();
  await expect(gone).rejects.toThrow();
  await f.telegram.waitFor(() => f.telegram.polls[1]?.how === 'closed');
  await poll();
  expect(f.telegram.overlaps()).toBe(0);
  expect(f.telegram.polls.every((p) => p.endedNs !== undefined && p.endedNs >= p.startedNs)).toBe(true);
});

it('holds a poll that it broke, and answers others with 409 for that time', async () => {
  const broken = poll({ timeout: 50 });
  const failed = expect(broken).rejects.toThrow();
  await f.telegram.waitFor(() => f.telegram.polls.length === 1);
  f.telegram.breakPoll(300);
  await failed;
  expect(await f.call('getUpdates', {})).toMatchObject({ ok: false, error_code: 409 });
  const since = performance.now();
  while (!(await f.call('getUpdates', {})).ok) expect(performance.now() - since).toBeLessThan(60_000);
  expect(f.telegram.overlaps()).toBe(0);
});

it('answers with another 409 while a webhook is set, and ends the open poll when one is set', async () => {
  const open = f.call('getUpdates', { timeout: 50 });
  await f.telegram.waitFor(() => f.telegram.polls.length === 1);
  await f.call('setWebhook', { url: 'https://example.org/hook' });
  expect(await open).toMatchObject({
    status: 409,
    description: 'Conflict: terminated by setWebhook request',
  });
  f.telegram.owner.say('kept');
  expect(await f.refusal('getUpdates')).toBe(
    "409 Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
  );
  expect((await f.call('getWebhookInfo')).result).toMatchObject({ pending_update_count: 1 });
  await f.call('deleteWebhook');
  expect(await texts()).toEqual(['kept']);
  expect(await f.refusal('setWebhook', { url: 'http://plain.example' })).toMatch(
    /HTTPS URL must be provided/,
  );
});

it('drops pending updates on request', async () => {
  f.telegram.owner.say('dropped');
  await f.call('deleteWebhook', { drop_pending_updates: true });
  expect(await poll()).toEqual([]);
});
