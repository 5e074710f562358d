import type { KernelUnderTest } from '../../fixtures/kernel';
import { openAmong, type OtherMachines } from '../../fixtures/other-machines';
import type { RawUpdate } from '../../telegram/poll';
import { createAwayNotice, type AwayNotice } from './away-notice';

let w: KernelUnderTest;
let others: OtherMachines;
let notice: AwayNotice;
let handled: number;
let update: number;
beforeEach(async () => {
  [w, others] = await openAmong('ada', 'gpu', 'lap');
  [handled, update] = [0, 900_000];
  notice = noticeOf();
});
afterEach(() => w.close());

/** As another machine that polls would have it: what was told is in the settings that all share. */
function noticeOf(): AwayNotice {
  const directory = { handledUntil: () => handled };
  return createAwayNotice({ ...others.clusterOver(w.store), directory } as never, w.rooms);
}

const raw = (update: RawUpdate & Readonly<Record<string, unknown>>): RawUpdate => update;
const message = (): RawUpdate =>
  raw({
    update_id: update++,
    message: {
      message_id: 5,
      date: 1,
      chat: { id: 7, type: 'private' },
      from: { id: 7, is_bot: false, first_name: 'P' },
      text: 'continue',
    },
  });
const tap = (): RawUpdate =>
  raw({
    update_id: update++,
    callback_query: {
      id: 'q1',
      from: { id: 7, is_bot: false, first_name: 'P' },
      data: 'stop:x',
      message: { message_id: 5, date: 1, chat: { id: 7, type: 'private' } },
    },
  });
const send = (host: string, raw: RawUpdate = message()): void => notice.sent(raw, { host, steers: false });
const told = (host: string): string[] => w.said(`${host} is away`).map(({ text }) => text);
const toasts = (): unknown[] =>
  w.telegram.calls
    .filter(({ method }) => method === 'answerCallbackQuery')
    .map(({ params }) => params['text']);

it('tells once an outage that what is sent waits, which machine is away, since when and for how long', async () => {
  others.goesAway('gpu', w.now() - 60_000);
  send('gpu');
  send('gpu');
  const [text] = await w.until(() => told('gpu').length > 0 && told('gpu'));
  expect(text).toMatch(
    /^gpu is away, last seen (yesterday )?at \d\d:\d\d, so your message waits\. .*within 7 days/,
  );
  send('gpu');
  notice = noticeOf();
  send('gpu');
  others.goesAway('lap', w.now());
  send('lap');
  await w.until(() => told('lap').length > 0);
  expect(told('gpu')).toHaveLength(1);
});

it('tells again for another outage of the same machine', async () => {
  others.goesAway('gpu', 1_000);
  send('gpu');
  await w.until(() => told('gpu').length === 1);
  others.goesAway('gpu', 2_000_000);
  send('gpu');
  await w.until(() => told('gpu').length === 2);
});

it('answers a tap on a button of such a machine each time', async () => {
  others.goesAway('gpu', 1_000);
  send('gpu', tap());
  send('gpu', tap());
  await w.eventually(() => toasts().length === 2);
  expect(toasts()[0]).toMatch(/^gpu is away, last seen .*Your tap counts when it is back/);
  expect(told('gpu')).toEqual([]);
});

it('tells when a machine goes away before it has handled what was sent to it, and not afterwards', async () => {
  send('gpu');
  send('lap');
  handled = update - 2;
  notice.look();
  others.goesAway('gpu', w.now());
  others.goesAway('lap', w.now());
  notice.look();
  await w.until(() => told('lap').length === 1);
  notice.look();
  expect(told('gpu')).toEqual([]);
  expect(told('lap')).toHaveLength(1);
});

it('says nothing of this machine, of one that is there, or of what no user sent', () => {
  send('ada');
  send('gpu');
  others.goesAway('gpu', 1_000);
  notice.sent({ update_id: 1 }, { host: 'gpu', steers: false });
  notice.sent({ update_id: 2, message: { text: 5 } } as never, { host: 'gpu', steers: false });
  expect(w.rooms.settings.get('chat:7', 'away-told')).toBeUndefined();
});
