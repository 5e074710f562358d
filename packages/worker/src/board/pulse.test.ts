import { newCard } from '../cards/model';
import type { Session } from '../sessions/model';
import { createPulse, PULSE_MS, type Pulse, type PulseDeps } from './pulse';

let sessions: Session[];
let active: string;
let asking: string[];
let seen: string[];
let draws: boolean;
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

const deps = (): PulseDeps => ({
  registry: { live: () => sessions, dispatch: (id) => seen.push(`tick ${id}`) },
  waiting: { isShown: (id) => asking.includes(id) },
  board: {
    chats: [7],
    active: () => sessions.find(({ id }) => id === active),
    draws: () => draws,
    beat: () => undefined,
  },
  outbox: { act: ({ chatId, action }) => seen.push(`${action} ${chatId}`) },
  now: () => 0,
  log: (level) => seen.push(level),
});

beforeEach(() => {
  jest.useFakeTimers();
  sessions = [];
  active = 'a';
  draws = true;
  asking = [];
  seen = [];
  pulse = createPulse(deps());
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
  it('beats only while an agent works', () => {
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

  it('shows no typing for an agent that waits for the user, or that the chat does not write to', () => {
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

  it('ticks two sessions a beat for a chat, however many work', () => {
    sessions = ['a', 'b', 'c', 'd'].map((id) => session(id));
    pulse.stir();
    const ticks = beats(3).filter((s) => s !== 'typing 7');
    expect(ticks.filter((s) => s === 'tick a')).toHaveLength(3);
    expect(new Set(ticks)).toEqual(new Set(['tick a', 'tick b', 'tick c', 'tick d']));
    expect(ticks).toHaveLength(6);
  });

  it('beats for sub-agents that work between turns', () => {
    const card = session('a', false).card;
    const agent = { id: 'x', title: 't', state: 'running', startedAt: 0, toldAt: 0, tools: 0 } as const;
    sessions = [{ ...session('a', false), card: { ...card, agents: [agent] } }];
    pulse.stir();
    expect(beats(1)).toEqual(['typing 7', 'tick a']);
  });

  it('continues when a card cannot be written, but not after stop', () => {
    sessions = [session('a')];
    const failing = createPulse({
      ...deps(),
      registry: {
        live: () => sessions,
        dispatch() {
          throw new Error('the disk is full');
        },
      },
    });
    failing.stir();
    expect(beats(2)).toEqual(['typing 7', 'error', 'typing 7', 'error']);
    failing.stop();
    expect(beats(2)).toEqual([]);
    failing.stir();
    expect(jest.getTimerCount()).toBe(0);
  });
});

it('shows no typing where another machine may draw the card', () => {
  sessions = [session('a')];
  draws = false;
  pulse.stir();
  expect(beats(1).filter((what) => what.startsWith('typing'))).toEqual([]);
});
