import { newCard } from '../../cards/model';
import { archivedOf, idleUntil, purgeable } from './archiving';
import type { SessionInput } from './model';
import { step } from './step';
import type { Session } from '../model';

const binding = { sessionId: 'agent-1', transcriptPath: '/t/agent-1.jsonl', at: 5 };
const session = (over: Partial<Session> = {}): Session => ({
  id: 's1',
  chatId: 7,
  name: 'shop',
  agent: 'claude',
  cwd: '/shop',
  createdAt: 1_000,
  phase: 'ready',
  binding,
  card: { ...newCard({ session: 's1', name: 'shop', agent: 'Claude Code' }), phase: 'idle' },
  ...over,
});
const after = (from: Session, ...inputs: SessionInput[]): Session =>
  inputs.reduce((now, input) => step(now, input)[0], from);
const prompted = (prompt: string, at: number): SessionInput => ({
  type: 'observed',
  at,
  event: { type: 'turn.started', at, prompt },
});

describe('a session', () => {
  it('is about the user’s first words, not the next ones', () => {
    const s = after(session(), prompted('fix the\nfailing test', 2_000), prompted('and the next', 3_000));
    expect(s).toMatchObject({ about: 'fix the failing test', activeAt: 3_000 });
  });

  it.each<[SessionInput, string]>([
    [{ type: 'archived', at: 9, why: 'done' }, 'done'],
    [{ type: 'archived', at: 9, why: 'idle' }, 'idle'],
    [{ type: 'killed', at: 9 }, 'killed'],
    [{ type: 'closed', at: 9 }, 'closed'],
    [{ type: 'died', at: 9, exitStatus: 0, screen: [] }, 'died'],
    [{ type: 'lost', at: 9 }, 'lost'],
  ])('goes to the archive by %j', (input, why) => {
    expect(after(session(), input).ended).toEqual({ at: 9, why });
  });

  it('keeps the first reason why it ended', () => {
    const twice = after(session(), { type: 'archived', at: 9, why: 'done' }, { type: 'closed', at: 10 });
    expect(twice.ended).toEqual({ at: 9, why: 'done' });
  });
});

describe('an agent that may be left over from an ended session', () => {
  const over = after(session(), { type: 'archived', at: 9, why: 'done' });

  it('is looked for until it is known to be gone', () => {
    expect(over.leftover).toBe(true);
    expect(after(over, { type: 'closed', at: 10 }).leftover).toBe(true);
    expect(after(over, { type: 'cleared', at: 11 })).not.toHaveProperty('leftover');
  });

  it('is not looked for when it had begun no session, or when the session continues', () => {
    const { binding: none, ...unbound } = session();
    void none;
    expect(after(unbound, { type: 'lost', at: 9 })).not.toHaveProperty('leftover');
    const again = after(over, { type: 'restored', at: 10, name: 'shop' });
    expect(again).not.toHaveProperty('leftover');
    expect(step(again, { type: 'cleared', at: 11 })).toEqual([again, []]);
  });
});

describe('restoring a session', () => {
  const archived = after(session({ card: { ...session().card, turn: 3 } }), {
    type: 'archived',
    at: 9_000,
    why: 'done',
  });

  it('continues its transcript where it was left, under keys that no earlier card had', () => {
    const [next, effects] = step(archived, { type: 'restored', at: 10_000, name: 'shop-2' });
    expect(next).toMatchObject({ phase: 'opening', name: 'shop-2', restoring: true, binding });
    expect(next.ended).toBeUndefined();
    expect(next.card).toMatchObject({ phase: 'starting', turn: 3, rows: [], name: 'shop-2' });
    expect(effects).toEqual([{ do: 'follow', path: binding.transcriptPath, at: binding.at }]);
  });

  it('does nothing to a live session', () => {
    const s = session();
    expect(step(s, { type: 'restored', at: 1, name: 'x' })).toEqual([s, []]);
  });

  it('measures an agent that exits immediately from its new start, not from its first', () => {
    const opened = after(
      archived,
      { type: 'restored', at: 90_000_000, name: 'shop' },
      { type: 'opened', at: 90_000_001 },
    );
    const [, effects] = step(opened, { type: 'died', at: 90_000_500, exitStatus: 1, screen: [] });
    expect(effects).toContainEqual(expect.objectContaining({ do: 'tell-died', atOnce: true }));
  });

  it('ends when the agent takes text', () => {
    const ready = after(
      archived,
      { type: 'restored', at: 1, name: 'shop' },
      { type: 'opened', at: 2 },
      { type: 'looked', at: 3, readiness: 'ready', screen: [] },
    );
    expect(ready.phase).toBe('ready');
    expect(ready.restoring).toBeUndefined();
  });
});

describe('an idle session', () => {
  it('is archived a while after its last activity', () => {
    expect(idleUntil(session(), 60_000)).toBe(61_000);
    expect(idleUntil(session({ activeAt: 5_000 }), 60_000)).toBe(65_000);
    expect(idleUntil(session({ reopenedAt: 4_000 }), 60_000)).toBe(64_000);
  });

  it('stays while its agent works, asks or starts, and when the setting says never', () => {
    expect(idleUntil(session({ card: { ...session().card, phase: 'working' } }), 60_000)).toBeNull();
    expect(idleUntil(session({ phase: 'dialog' }), 60_000)).toBeNull();
    expect(idleUntil(session({ phase: 'opening' }), 60_000)).toBeNull();
    const agents = [{ id: 'a', title: 'A', state: 'running' as const, startedAt: 1, toldAt: 1, tools: 0 }];
    expect(idleUntil(session({ card: { ...session().card, agents } }), 60_000)).toBeNull();
    expect(idleUntil(session(), 0)).toBeNull();
    expect(idleUntil(session({ phase: 'ended' }), 60_000)).toBeNull();
  });
});

describe('a session that will continue without the user', () => {
  it('stays until it has continued at the reset of a limit', () => {
    const limited = { at: 1, resetsAt: 90_000_000, resume: true, over: false };
    expect(idleUntil(session({ limited }), 60_000)).toBeNull();
    expect(idleUntil(session({ limited: { ...limited, resume: false } }), 60_000)).toBe(61_000);
    expect(idleUntil(session({ limited: { ...limited, over: true } }), 60_000)).toBe(61_000);
  });

  it('stays while the user’s command runs, which nothing could restore', () => {
    expect(idleUntil(session({ surface: 'screen' }), 60_000)).toBeNull();
  });
});

describe('the archive', () => {
  const ended = (id: string, at: number): Session =>
    session({ id, phase: 'ended', ended: { at, why: 'done' } });

  it('lists the newest first, and no live session', () => {
    expect(archivedOf([ended('a', 1), session(), ended('b', 3), ended('c', 2)]).map(({ id }) => id)).toEqual([
      'b',
      'c',
      'a',
    ]);
  });

  it('forgets what is old enough, and no live session', () => {
    expect(purgeable([ended('a', 1), ended('b', 50), session()], 101, 100).map(({ id }) => id)).toEqual([
      'a',
    ]);
  });
});
