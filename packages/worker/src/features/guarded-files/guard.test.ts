import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fingerprintOf, type NamedValues } from '@ccbot/shared/trust/fingerprint';
import type { Change, Content } from './compare';
import { AGAIN_MS, createGuard, type Guard } from './guard';

let content: Content;
/** What ccbot's own command recorded last. */
let recorded: NamedValues;
let told: Change[];
let guard: Guard;

beforeEach(() => {
  jest.useFakeTimers();
  const rows = new Map<string, string>();
  [content, recorded, told] = [{ is: 'read', values: { A: 'installed' } }, {}, []];
  guard = createGuard({
    files: [
      {
        id: 'settings',
        path: join(tmpdir(), 'ccbot-guard-test'),
        about: { is: 'settings' },
        read: () => content,
        approved: () => fingerprintOf(recorded),
      },
    ],
    approved: join(tmpdir(), 'ccbot-guard-test-approved'),
    disk: {
      store: { tx: (work) => work() },
      settings: {
        get: (scope, key) => rows.get(`${scope} ${key}`),
        set: (scope, key, value) => void rows.set(`${scope} ${key}`, value),
      },
    },
    users: [7],
    tell: (_, change) => told.push(change),
    log: () => undefined,
  });
});
afterEach(() => {
  guard.stop();
  jest.useRealTimers();
});

describe('a file that differs from the record of what ccbot wrote', () => {
  it('is not reported when a command of ccbot was between the record and the file', () => {
    guard.start();
    expect(told).toEqual([]);
    content = { is: 'missing' }; // what was recorded for an uninstallation
    jest.advanceTimersByTime(AGAIN_MS);
    expect(told).toEqual([]);
  });

  it('is reported once when it still differs a second later', () => {
    guard.start();
    jest.advanceTimersByTime(AGAIN_MS - 1);
    expect(told).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(told).toEqual([{ is: 'changed', names: ['A'] }]);
    guard.stop();
    guard.start();
    jest.advanceTimersByTime(AGAIN_MS);
    expect(told).toHaveLength(1);
  });

  it('is found again by the next run when ccbot ends before the second look', () => {
    guard.start();
    guard.stop();
    jest.advanceTimersByTime(AGAIN_MS);
    expect(told).toEqual([]);
    guard.start();
    jest.advanceTimersByTime(AGAIN_MS);
    expect(told).toHaveLength(1);
  });
});
