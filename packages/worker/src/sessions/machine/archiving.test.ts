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
  it('is about the person’s first words, not the next ones', () => {
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

  it('keeps why it ended first', () => {
    const twice = after(session(), { type: 'archived', at: 9, why: 'done' }, { type: 'closed', at: 10 });
    expect(twice.ended).toEqual({ at: 9, why: 'done' });
  });
});

describe('what may be left of the agent of a session that is over', () => {
  const over = after(session(), { type: 'archived', at: 9, why: 'done' });

  it('is looked for until it is known that there is nothing', () => {
    expect(over.leftover).toBe(true);
    expect(after(over, { type: 'closed', at: 10 }).leftover).toBe(true);
    expect(after(over, { type: 'cleared', at: 11 })).not.toHaveProperty('leftover');
  });

  it('is nothing where the agent had begun no session, nor of one that goes on', () => {
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

  it('goes on with its transcript where it was left, under keys that no earlier card had', () => {
    const [next, effects] = step(archived, { type: 'restored', at: 10_000, name: 'shop-2' });
    expect(next).toMatchObject({ phase: 'opening', name: 'shop-2', restoring: true, binding });
    expect(next.ended).toBeUndefined();
    expect(next.card).toMatchObject({ phase: 'starting', turn: 3, rows: [], name: 'shop-2' });
    expect(effects).toEqual([{ do: 'follow', path: binding.transcriptPath, at: binding.at }]);
  });

  it('does nothing to a session that lives', () => {
    const s = session();
    expect(step(s, { type: 'restored', at: 1, name: 'x' })).toEqual([s, []]);
  });

  it('counts an agent that ends at once from its new start, not from its first', () => {
    const opened = after(
      archived,
      { type: 'restored', at: 90_000_000, name: 'shop' },
      { type: 'opened', at: 90_000_001 },
    );
    const [, effects] = step(opened, { type: 'died', at: 90_000_500, exitStatus: 1, screen: [] });
    expect(effects).toContainEqual(expect.objectContaining({ do: 'tell-died', atOnce: true }));
  });

  it('is over when the agent takes text', () => {
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

describe('a session in which nothing happens', () => {
  it('goes to the archive a while after something last did', () => {
    expect(idleUntil(session(), 60_000)).toBe(61_000);
    expect(idleUntil(session({ activeAt: 5_000 }), 60_000)).toBe(65_000);
    expect(idleUntil(session({ reopenedAt: 4_000 }), 60_000)).toBe(64_000);
  });

  it('stays while its agent works, asks, or starts, and where the setting says never', () => {
    expect(idleUntil(session({ card: { ...session().card, phase: 'working' } }), 60_000)).toBeNull();
    expect(idleUntil(session({ phase: 'dialog' }), 60_000)).toBeNull();
    expect(idleUntil(session({ phase: 'opening' }), 60_000)).toBeNull();
    const agents = [{ id: 'a', title: 'A', state: 'running' as const, startedAt: 1, toldAt: 1, tools: 0 }];
    expect(idleUntil(session({ card: { ...session().card, agents } }), 60_000)).toBeNull();
    expect(idleUntil(session(), 0)).toBeNull();
    expect(idleUntil(session({ phase: 'ended' }), 60_000)).toBeNull();
  });
});

describe('a session that will do something by itself', () => {
  it('stays while it is to go on at the reset of a limit, and no longer', () => {
    const limited = { at: 1, resetsAt: 90_000_000, resume: true, over: false };
    expect(idleUntil(session({ limited }), 60_000)).toBeNull();
    expect(idleUntil(session({ limited: { ...limited, resume: false } }), 60_000)).toBe(61_000);
    expect(idleUntil(session({ limited: { ...limited, over: true } }), 60_000)).toBe(61_000);
  });

  it('stays while the command of the person runs: nothing could bring it back', () => {
    expect(idleUntil(session({ surface: 'screen' }), 60_000)).toBeNull();
  });
});

describe('the archive', () => {
  const ended = (id: string, at: number): Session =>
    session({ id, phase: 'ended', ended: { at, why: 'done' } });

  it('lists what ended last first, and nothing that lives', () => {
    expect(archivedOf([ended('a', 1), session(), ended('b', 3), ended('c', 2)]).map(({ id }) => id)).toEqual([
      'b',
      'c',
      'a',
    ]);
  });

  it('forgets what was there long enough, and nothing that lives', () => {
    expect(purgeable([ended('a', 1), ended('b', 50), session()], 101, 100).map(({ id }) => id)).toEqual([
      'a',
    ]);
  });
});
