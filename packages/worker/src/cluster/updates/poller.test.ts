import { PermitEnded, type RawUpdate } from '../../telegram/poll';
import type { ClusterLink, NewRecord, UpdateStream } from '../link';
import { createPoller, type Poller, type PollerDeps } from './poller';

/** A stream that holds what is written to it, each behind the one before. */
function streamOf(records: NewRecord[]): UpdateStream {
  return {
    async last() {
      const record = records.at(-1);
      return record === undefined ? null : { ...record, sequence: records.length, at: 0 };
    },
    tail: async () => records.length,
    async append(record, after) {
      return after === records.length ? records.push(record) : null;
    },
  } as UpdateStream;
}

async function polling(records: NewRecord[], route: PollerDeps['rules']['route']): Promise<Poller> {
  const poller = createPoller({
    lease: { usable: () => null, leftMs: () => 60_000 },
    names: { to: (host) => `to.${host}`, epoch: 'epoch' },
    rules: { known: () => null, admit: (batch) => batch, route },
    stored: () => undefined,
    log: () => undefined,
  });
  poller.begin({ stream: streamOf(records) } as ClusterLink, { revision: 1, epoch: 1, endsAt: 60_000 });
  await poller.permit.wait(new AbortController().signal);
  return poller;
}

const updates = (...ids: number[]): RawUpdate[] => ids.map((id) => ({ update_id: id }));
const stored = (records: readonly NewRecord[]): number[] => records.flatMap(({ update }) => update ?? []);

it('stops at once while an update waits for an earlier one, and the next poller stores the rest of the batch', async () => {
  const records: NewRecord[] = [];
  const stopping = new AbortController();
  const first = await polling(records, async ({ update_id: id }, stop) => {
    if (id > 5) {
      stopping.abort();
      await new Promise<void>((resolve) => {
        if (stop.aborted) resolve();
        else stop.addEventListener('abort', () => resolve());
      });
    }
    return { host: 'ada', steers: true };
  });
  await expect(first.sink.add(updates(5, 6, 7), 0, stopping.signal)).rejects.toThrow(PermitEnded);
  expect(stored(records)).toEqual([5]);
  first.end();
  const second = await polling(records, async () => ({ host: 'bob', steers: false }));
  expect(await second.sink.add(updates(5, 6, 7), 0, new AbortController().signal)).toBe(2);
  expect(stored(records)).toEqual([5, 6, 7]);
  expect(second.sink.nextOffset(0)).toBe(8);
});
