import { NO_THREAD, type QueuedView } from '../outbox/model';
import type { ApiResult, BotApi, SendFailure } from '../telegram/api';
import { createMeasures, type Measures } from './measures';
import { metered } from './metered';
import { outboxKey } from '../outbox/keys';

const viewOf = (more: Partial<QueuedView> = {}): QueuedView => ({
  chatId: 7,
  thread: NO_THREAD,
  key: outboxKey('card', 's'),
  session: 's',
  class: 'card',
  view: { parts: [] },
  ...more,
});

/** The figures by name and labels. */
function figures(measures: Measures): Record<string, number> {
  const families = measures.news() ?? [];
  return Object.fromEntries(
    families.flatMap(({ name, samples }) =>
      samples.map((s) => [[s.name ?? name, ...Object.values(s.labels)].join(' '), s.value]),
    ),
  );
}

it('times a message from the disk to the input line', () => {
  const measures = createMeasures();
  measures.received(2);
  measures.typed(1_000, 1_300);
  measures.typed(1_000, 900); // the clock was put back
  expect(figures(measures)).toMatchObject({
    ccbot_updates_received_total: 2,
    ccbot_update_to_typed_seconds_count: 2,
    ccbot_update_to_typed_seconds_sum: 0.3,
    'ccbot_update_to_typed_seconds_bucket 0.025': 1,
    'ccbot_update_to_typed_seconds_bucket 0.25': 1,
    'ccbot_update_to_typed_seconds_bucket 0.5': 2,
    'ccbot_update_to_typed_seconds_bucket +Inf': 2,
  });
});

it('does not time a minor view, and times the view that replaces it from then on', () => {
  const measures = createMeasures();
  measures.queued(viewOf({ minor: true }), 0);
  measures.queued(viewOf(), 5_000);
  measures.called(viewOf(), 5_100);
  expect(figures(measures)).toMatchObject({ 'ccbot_transcript_to_call_seconds_sum card': 0.1 });
});

it('times a view from its oldest waiting line to the first call, by class', () => {
  const measures = createMeasures();
  measures.queued(viewOf(), 0);
  measures.queued(viewOf(), 400); // replaces the first
  measures.called(viewOf(), 500);
  measures.called(viewOf(), 9_000); // again, after a failure
  measures.queued(viewOf({ key: outboxKey('turn'), class: 'answer' }), 0);
  measures.called(viewOf({ key: outboxKey('turn'), class: 'answer' }), 100);
  expect(figures(measures)).toMatchObject({
    'ccbot_transcript_to_call_seconds_count card': 1,
    'ccbot_transcript_to_call_seconds_sum card': 0.5,
    'ccbot_transcript_to_call_seconds_sum answer': 0.1,
  });
});

it('does not time views without a session, views that were dropped, and views queued before its start', () => {
  const measures = createMeasures();
  const { session: _, ...withoutSession } = viewOf({ key: outboxKey('help') });
  measures.queued(withoutSession, 0);
  measures.called(withoutSession, 100);
  measures.queued(viewOf(), 0);
  measures.settled(viewOf());
  measures.called(viewOf(), 60_000);
  const seen = figures(measures);
  expect(Object.keys(seen).filter((name) => name.startsWith('ccbot_transcript_to_call'))).toEqual([]);
});

it('counts calls by result, and each 429 separately as well', async () => {
  const measures = createMeasures();
  const failed = (failure: SendFailure): ApiResult<unknown> => ({ ok: false, failure });
  const results = [
    { ok: true, value: 1 },
    failed({ kind: 'not-delivered', text: '', retryAfterMs: 1_000 }),
    failed({ kind: 'not-delivered', text: '' }),
    failed({ kind: 'unknown', text: '' }),
    failed({ kind: 'refused', reason: 'other', code: 400, text: '' }),
  ] as ApiResult<unknown>[];
  let rebuilt = 0;
  const api: BotApi = {
    call: <T>() => Promise.resolve(results.shift() as ApiResult<T>),
    rebuild: () => void rebuilt++,
  };
  const counted = metered(api, measures);
  expect(await counted.call('sendMessage', {})).toEqual({ ok: true, value: 1 });
  for (let i = 0; i < 4; i++) await counted.call('sendMessage', {});
  counted.rebuild();
  expect(rebuilt).toBe(1);
  expect(figures(measures)).toMatchObject({
    'ccbot_telegram_calls_total sendMessage ok': 1,
    'ccbot_telegram_calls_total sendMessage 429': 1,
    'ccbot_telegram_calls_total sendMessage not-delivered': 1,
    'ccbot_telegram_calls_total sendMessage unknown': 1,
    'ccbot_telegram_calls_total sendMessage refused': 1,
    ccbot_telegram_429_total: 1,
  });
});

it('reports the live sessions by agent, and nothing while nothing changes', () => {
  const measures = createMeasures();
  measures.state(['claude', 'codex', 'claude'], 5);
  expect(figures(measures)).toMatchObject({
    'ccbot_agent_sessions claude': 2,
    'ccbot_agent_sessions codex': 1,
    ccbot_transcript_lines_total: 5,
  });
  measures.state(['claude', 'claude', 'codex'], 5);
  expect(measures.news()).toBeNull();
  measures.state(['codex'], 8);
  const next = figures(measures);
  expect(next).toMatchObject({ 'ccbot_agent_sessions codex': 1, ccbot_transcript_lines_total: 8 });
  expect(next).not.toHaveProperty('ccbot_agent_sessions claude');
});

it('keeps the measures of two workers in one process apart', () => {
  const first = createMeasures();
  const second = createMeasures();
  first.received(3);
  expect(figures(second)).toMatchObject({ ccbot_updates_received_total: 0 });
});
