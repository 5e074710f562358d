import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { offsetAt } from './locate';

const record = (at: number, text: string): string =>
  `${JSON.stringify({ type: 'user', timestamp: new Date(at).toISOString(), text })}\n`;

describe('the offset at which a new transcript is followed', () => {
  let dir: string;
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'ccbot-locate-'))));
  afterEach(() => rmSync(dir, { recursive: true, force: true }));
  const write = (...parts: string[]): string => {
    const path = join(dir, 'x.jsonl');
    writeFileSync(path, parts.join(''));
    return path;
  };

  it('is 0 when the file does not exist yet', async () => {
    expect(await offsetAt(join(dir, 'none'), 0)).toBe(0);
  });

  it('is the first record since the hook, neither the beginning nor the end', async () => {
    const hour = 3_600_000;
    const past = record(1_000 * hour, 'past') + record(1_001 * hour, 'past too');
    const path = write(past, '{"type":"mode"}\n', record(1_002 * hour, 'now'), record(1_003 * hour, 'later'));
    expect(await offsetAt(path, 1_002 * hour + 500)).toBe(past.length + '{"type":"mode"}\n'.length);
  });

  it('may be a moment before the hook, but not before the agent was started', async () => {
    const past = record(500, 'past');
    const path = write(past, record(1_500, 'now'));
    expect(await offsetAt(path, 2_000)).toBe(0);
    expect(await offsetAt(path, 2_000, 1_000)).toBe(past.length);
  });

  it('is by the hook alone when the clock was set back since the agent was started', async () => {
    expect(await offsetAt(write(record(1_500, 'now')), 2_000, 9_000)).toBe(0);
  });

  it('is the end of the whole lines when all records are older', async () => {
    const path = write(record(0, 'past'), '{"half');
    expect(await offsetAt(path, 1_000_000_000)).toBe(record(0, 'past').length);
  });

  it('is found behind a long turn, and behind a record as long as an image', async () => {
    const past = record(0, 'past');
    const now = [record(1_000_000_000, 'n'.repeat(5_000_000)), record(1_000_000_001, 'm'.repeat(3_000_000))];
    expect(await offsetAt(write(past, ...now), 1_000_000_000)).toBe(past.length);
    expect(await offsetAt(write(...now), 1_000_000_000)).toBe(0);
  });

  it('is the end, not the beginning, when a long past ends in one long record', async () => {
    const past = record(0, 'past') + record(1, 'p'.repeat(3_000_000));
    expect(await offsetAt(write(past), 1_000_000_000)).toBe(past.length);
  });

  it('is looked for only so far back in a huge file', async () => {
    const past = record(0, 'p'.repeat(1_000_000));
    const path = write(...Array.from({ length: 8 }, () => past), record(1_000_000_000, 'now'));
    expect(await offsetAt(path, 1_000_000_000)).toBe(past.length * 8);
  });
});
