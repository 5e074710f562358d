import { plain } from '../cards/rich';
import { NO_THREAD } from '../outbox/model';
import type { ApiResult, BotApi } from '../telegram/api';
import { createFullNotice, tellOfFullDisk } from './full-disk';

it('notifies every user immediately, also after one who cannot be reached', async () => {
  const sent: unknown[] = [];
  const logged: string[] = [];
  const api: BotApi = {
    call: <T>(_method: string, payload: Record<string, unknown>): Promise<ApiResult<T>> => {
      sent.push(payload['chat_id']);
      return Promise.resolve(
        sent.length === 1
          ? { ok: false, failure: { kind: 'unknown', text: 'the connection broke' } }
          : { ok: true, value: {} as T },
      );
    },
    rebuild: () => undefined,
  };
  const log = Object.assign((_level: string, text: string) => void logged.push(text), {
    with: () => log,
    close: () => Promise.resolve(),
  });
  await tellOfFullDisk(
    api,
    [7, 8].map((chatId) => ({ chatId, thread: NO_THREAD })),
    () => plain('full'),
    log,
  );
  expect(sent).toEqual([7, 8]);
  expect(logged).toEqual(['full disk not reported to a user']);
});

it('reports a full disk once while every write fails, and again when there was room in between', () => {
  let at = 1_000_000;
  let told = 0;
  const met = createFullNotice(
    () => at,
    () => told++,
  );
  for (let i = 0; i < 100; i++, at += 5_000) met();
  expect(told).toBe(1);
  at += 120_000;
  met();
  expect(told).toBe(2);
});
