import { createSharedCopy } from './copy';
import { createDirectory } from './directory';
import { machineKey, sessionKey } from './keys';
import type { Bucket, Entry } from '../link';

const noLog = (): void => undefined;

/** The directory of the machine `ada`, which hears of every entry that `show` writes. */
async function directory() {
  let listener = (_entry: Entry): void => undefined;
  const watch: Bucket['watch'] = (hear) => {
    listener = hear;
    return Promise.resolve();
  };
  const copy = createSharedCopy(noLog);
  const owners = { note: () => undefined, connected: async () => undefined };
  const created = createDirectory({ host: 'ada', copy, owners, log: noLog });
  const shown: boolean[] = [];
  copy.listen((entry) => void shown.push(created.taken(entry)));
  await copy.connected({ watch } as Bucket);
  let revision = 0;
  return {
    /** Whether the entry changes what is shown. */
    show(key: string, value: string | null, at: number): boolean | undefined {
      listener({ key, value, revision: ++revision, at });
      return shown.at(-1);
    },
  };
}

const row = (state: 'up' | 'stopped') =>
  JSON.stringify({ schema: 1, id: 'i', instance: 'i', version: '1', startedAt: 1, state });

describe('what is shown of the machines', () => {
  it('changes when one comes, stops or was silent for long, and not each time it says that it is there', async () => {
    const { show } = await directory();
    expect(show(machineKey('ada'), row('up'), 1_000)).toBe(true);
    expect(show(machineKey('bob'), row('up'), 2_000)).toBe(true);
    expect(show(machineKey('bob'), row('up'), 7_000)).toBe(false);
    expect(show(machineKey('ada'), row('up'), 8_000)).toBe(false);
    // Nothing of bob for 15 seconds, by what the server's clock said to ada.
    expect(show(machineKey('ada'), row('up'), 23_000)).toBe(true);
    expect(show(machineKey('bob'), row('up'), 24_000)).toBe(true);
    expect(show(machineKey('bob'), row('stopped'), 25_000)).toBe(true);
  });

  it('changes with each session, and with nothing else', async () => {
    const { show } = await directory();
    expect(show(sessionKey('s1'), '{}', 1)).toBe(true);
    expect(show(sessionKey('s1'), null, 2)).toBe(true);
    expect(show('handled.ada.1', '{}', 3)).toBe(false);
  });
});
