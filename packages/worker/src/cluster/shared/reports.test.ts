import * as z from 'zod/mini';
import type { Entry } from '../link';
import type { Machine } from '../model';
import { createSharedReports } from './reports';

const schema = z.object({ n: z.number(), more: z.optional(z.string()) });

let entries: Map<string, Entry>;
let logged: string[];
let hosts: string[];
let stop: () => void;
beforeEach(() => {
  jest.useFakeTimers();
  [entries, logged, hosts] = [new Map(), [], ['ada', 'gpu']];
});
afterEach(() => {
  stop();
  jest.useRealTimers();
});

function machine(host: string) {
  let puts = 0;
  const reports = createSharedReports({
    host,
    copy: {
      get: (key) => entries.get(key),
      put(key, value) {
        entries.set(key, { key, value, revision: ++puts, at: 5 });
      },
    },
    machines: () => hosts.map((name) => ({ host: name, isSelf: name === host }) as Machine),
    log: (_level, text) => void logged.push(text),
  });
  stop = () => reports.stop();
  return { reports, puts: () => puts };
}
const wait = (): void => void jest.advanceTimersByTime(5_000);
const write = (value: string): void =>
  void entries.set('report.gpu.test', { key: 'report.gpu.test', value, revision: 1, at: 7 });

it('shares a report when it has changed, and not otherwise', () => {
  const { reports, puts } = machine('gpu');
  let n = 1;
  reports.share('test', () => ({ n }));
  wait();
  wait();
  expect(puts()).toBe(1);
  n = 2;
  wait();
  expect(puts()).toBe(2);
  stop();
  const other = machine('ada').reports;
  expect(other.of('test', schema)).toMatchObject([{ machine: { host: 'gpu' }, at: 5, value: { n: 2 } }]);
});

it('shares nothing while there is one machine', () => {
  const { reports, puts } = machine('gpu');
  hosts = ['gpu'];
  reports.share('test', () => ({ n: 1 }));
  wait();
  expect(puts()).toBe(0);
  hosts = ['ada', 'gpu'];
  wait();
  expect(puts()).toBe(1);
});

it('shares it again when the cluster has lost it', () => {
  const { reports, puts } = machine('gpu');
  reports.share('test', () => ({ n: 1 }));
  wait();
  reports.connected();
  expect(puts()).toBe(1);
  entries.clear();
  reports.connected();
  expect(puts()).toBe(2);
});

it('reads what earlier and later versions wrote, and logs garbage once', () => {
  const { reports } = machine('ada');
  write(JSON.stringify({ v: 1, report: { n: 1, more: 'x', evenMore: [1] }, also: 'this' }));
  expect(reports.of('test', schema)[0]?.value).toEqual({ n: 1, more: 'x' });
  for (const text of ['', '{', 'null', '{"v":1}', '{"v":2,"report":{"n":1}}', '{"v":1,"report":{"n":"x"}}']) {
    logged = [];
    write(text);
    expect(reports.of('test', schema)).toEqual([]);
    expect(reports.of('test', schema)).toEqual([]);
    expect(logged).toEqual(['shared value unreadable']);
  }
  write(JSON.stringify({ v: 1, report: { n: 1, more: 'x'.repeat(1_000_000) } }));
  expect(reports.of('test', schema)).toEqual([]);
});

it('shows nothing of a machine that has left', () => {
  const { reports } = machine('ada');
  write(JSON.stringify({ v: 1, report: { n: 1 } }));
  hosts = ['ada'];
  expect(reports.of('test', schema)).toEqual([]);
});

it('survives a report that cannot be made, or is too large, and shares the others', () => {
  const { reports, puts } = machine('gpu');
  reports.share('broken', () => {
    throw new Error('no');
  });
  reports.share('large', () => 'x'.repeat(300_000));
  reports.share('test', () => ({ n: 1 }));
  wait();
  expect(puts()).toBe(1);
  expect(logged).toEqual(['report not shared', 'report too large for the cluster']);
  wait();
  expect(logged.filter((text) => text.includes('large'))).toHaveLength(1);
});
