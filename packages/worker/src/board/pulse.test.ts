import { newCard } from '../cards/model';
import type { Session } from '../sessions/model';
import { createPulse, PULSE_MS, type Pulse } from './pulse';

let sessions: Session[];
let active: string;
let asking: string[];
let seen: string[];
let pulse: Pulse;

const session = (id: string, working = true, chatId = 7): Session => ({
  id,
  chatId,
  name: id,
  agent: 'claude',
  cwd: '/',
  createdAt: 0,
  phase: 'ready',
  card: { ...newCard({ session: id, name: id, agent: 'A' }), phase: working ? 'working' : 'idle' },
});

beforeEach(() => {
  jest.useFakeTimers();
  [sessions, active, asking, seen] = [[], 'a', [], []];
  pulse = createPulse({
    live: () => sessions,
    chats: [7],
    active: () => active,
    beat: () => undefined,
    asks: ({ id }) => asking.includes(id),
    tick: (id) => seen.push(`tick ${id}`),
    typing: (chatId) => seen.push(`typing ${chatId}`),
    log: () => undefined,
  });
});
afterEach(() => {
  pulse.stop();
  jest.useRealTimers();
});

const beats = (n: number): string[] => {
  seen = [];
  jest.advanceTimersByTime(n * PULSE_MS);
  return seen;
};

describe('the pulse', () => {
  it('does not beat while nobody works, and begins and ends with the work', () => {
    sessions = [session('a', false)];
    pulse.stir();
    expect(jest.getTimerCount()).toBe(0);
    sessions = [session('a')];
    pulse.stir();
    pulse.stir();
    expect(seen).toEqual(['typing 7']);
    expect(jest.getTimerCount()).toBe(1);
    expect(beats(1)).toEqual(['typing 7', 'tick a']);
    sessions = [session('a', false)];
    expect(beats(1)).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is silent where the agent waits for the person, or is not the one written to', () => {
    sessions = [session('a')];
    asking = ['a'];
    pulse.stir();
    expect(beats(1)).toEqual(['tick a']);
    asking = [];
    sessions = [{ ...session('a'), phase: 'dialog' }];
    expect(beats(1)).toEqual(['tick a']);
    sessions = [session('a')];
    active = 'other';
    expect(beats(1)).toEqual(['tick a']);
  });

  it('gives a chat two cards a beat, however many of its sessions work', () => {
    sessions = ['a', 'b', 'c', 'd'].map((id) => session(id));
    pulse.stir();
    const ticks = beats(3).filter((s) => s !== 'typing 7');
    expect(ticks.filter((s) => s === 'tick a')).toHaveLength(3);
    expect(new Set(ticks)).toEqual(new Set(['tick a', 'tick b', 'tick c', 'tick d']));
    expect(ticks).toHaveLength(6);
  });

  it('beats for sub-agents that work on between turns', () => {
    const card = session('a', false).card;
    const agent = { id: 'x', title: 't', state: 'running', startedAt: 0, toldAt: 0, tools: 0 } as const;
    sessions = [{ ...session('a', false), card: { ...card, agents: [agent] } }];
    pulse.stir();
    expect(beats(1)).toEqual(['typing 7', 'tick a']);
  });

  it('goes on when a card cannot be written, and not after its end', () => {
    sessions = [session('a')];
    const failing = createPulse({
      live: () => sessions,
      active: () => 'a',
      chats: [7],
      beat: () => undefined,
      asks: () => false,
      tick: () => {
        throw new Error('the disk is full');
      },
      typing: () => seen.push('typing'),
      log: (level) => seen.push(level),
    });
    failing.stir();
    expect(beats(2)).toEqual(['typing', 'error', 'typing', 'error']);
    failing.stop();
    expect(beats(2)).toEqual([]);
    failing.stir();
    expect(jest.getTimerCount()).toBe(0);
  });
});
