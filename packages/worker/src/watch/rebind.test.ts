import type { Binding } from '../sessions/model';
import { rebind, type FileFacts } from './rebind';

const bound: Binding = { sessionId: 'a', transcriptPath: '/p/a.jsonl', at: 10 };
const file = (id: string, writtenAt = 100): FileFacts => ({ id, writtenAt });

describe('a report of what an agent runs', () => {
  it('is taken when nothing is known yet, even before the transcript exists', () => {
    expect(rebind(undefined, bound, { bound: null, reported: null })).toEqual(bound);
  });

  it('changes nothing when it says the same', () => {
    expect(rebind(bound, { ...bound, at: 20 }, { bound: file('1'), reported: file('1') })).toBeNull();
  });

  it('never replaces a living transcript by a path at which nothing is', () => {
    const report = { ...bound, transcriptPath: '/wrong/a.jsonl', at: 20 };
    expect(rebind(bound, report, { bound: file('1'), reported: null })).toBeNull();
    // Neither exists: an agent that entered another directory before it wrote anything.
    expect(rebind(bound, report, { bound: null, reported: null })).toEqual(report);
  });

  it('is followed to the new path of the same session', () => {
    const report = { ...bound, transcriptPath: '/q/a.jsonl', at: 20 };
    expect(rebind(bound, report, { bound: null, reported: file('1') })).toEqual(report);
    expect(rebind(bound, report, { bound: file('1', 100), reported: file('2', 200) })).toEqual(report);
  });

  it('is ignored when it names an older copy, or the same file by another path', () => {
    const report = { ...bound, transcriptPath: '/q/a.jsonl', at: 20 };
    expect(rebind(bound, report, { bound: file('1', 200), reported: file('2', 100) })).toBeNull();
    expect(rebind(bound, report, { bound: file('1', 100), reported: file('1', 100) })).toBeNull();
  });

  it('of another session waits for its transcript, and keeps the living one until then', () => {
    const report = { sessionId: 'b', transcriptPath: '/p/b.jsonl', at: 20 };
    const previous = { sessionId: 'a', transcriptPath: '/p/a.jsonl' };
    const waiting = rebind(bound, report, { bound: file('1'), reported: null });
    expect(waiting).toEqual({ ...report, previous });
    // A third one, of which nothing exists either: the living one stays.
    const third = { sessionId: 'c', transcriptPath: '/p/c.jsonl', at: 30 };
    expect(rebind(waiting ?? undefined, third, { bound: null, reported: null })).toEqual({
      ...third,
      previous,
    });
    expect(rebind(waiting ?? undefined, report, { bound: null, reported: null })).toBeNull();
    expect(rebind(waiting ?? undefined, report, { bound: file('2'), reported: file('2') })).toEqual(report);
  });

  it('of another session whose transcript exists replaces the one before', () => {
    const report = { sessionId: 'b', transcriptPath: '/p/b.jsonl', at: 20 };
    expect(rebind(bound, report, { bound: file('1'), reported: file('2', 1) })).toEqual(report);
  });
});
