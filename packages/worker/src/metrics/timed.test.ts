import { outboxKey } from '../outbox/keys';
import { NO_THREAD, type QueuedView } from '../outbox/model';
import { createMeasures } from './measures';
import { timed } from './timed';

const view: QueuedView = {
  chatId: 7,
  thread: NO_THREAD,
  key: outboxKey('card', 's'),
  session: 's',
  class: 'card',
  view: { parts: [] },
};

/** A queue whose next `settle` succeeds or not. */
function queue(settles: boolean) {
  const rows: QueuedView[] = [];
  return {
    rows,
    put(queued: QueuedView): QueuedView | undefined {
      rows.push(queued);
      return undefined;
    },
    settle: (_row: { queued: QueuedView }): boolean => settles,
  };
}

const countOf = (measures: ReturnType<typeof createMeasures>): number =>
  (measures.news() ?? [])
    .filter(({ name }) => name === 'ccbot_transcript_to_call_seconds')
    .flatMap(({ name, samples }) => samples.filter((sample) => sample.name === `${name}_count`))
    .reduce((sum, { value }) => sum + value, 0);

it.each([
  ['times a view that a newer one replaced before it settled', false, 1],
  ['does not time a view that settled without a call', true, 0],
])('%s', (_, settles, count) => {
  const measures = createMeasures();
  const plain = queue(settles);
  const { views, onCall } = timed(plain, { measures, now: () => 0 });
  views.put(view);
  expect(views.settle({ queued: view })).toBe(settles);
  onCall?.(view);
  expect(countOf(measures)).toBe(count);
  expect(plain.rows).toEqual([view]);
});

it('leaves the queue as it is when nothing is measured', () => {
  const plain = queue(true);
  expect(timed(plain, { now: () => 0 })).toEqual({ views: plain });
});
