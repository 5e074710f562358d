import type { SessionEvent } from '../sessions/events';
import { agentLines, figureLine, todoLines } from './beside';
import { newCard, type Card, type SubAgent } from './model';
import { reduceCard } from './reduce';
import { renderCard } from './render';
import { wordsIn } from '../words/words';

const AT = 1_000_000;
const en = wordsIn('en').card;
const todos = (done: number, all: number) =>
  Array.from({ length: all }, (_, i) => ({
    id: String(i),
    text: `point ${i}`,
    state: i < done ? ('done' as const) : i === done ? ('doing' as const) : ('open' as const),
  }));
const agent = (more: Partial<SubAgent> = {}): SubAgent => ({
  id: 'x',
  title: 'Count the files',
  state: 'running',
  startedAt: AT,
  toldAt: AT,
  tools: 0,
  ...more,
});

describe('the line of figures', () => {
  it('is short, and has what the agent reported and nothing else', () => {
    const figures = { contextPercent: 43.4, costUsd: 0.1234, model: 'Opus 5.5', effort: 'medium' };
    expect(figureLine(figures, en).text).toBe('ctx 43 % · $0.12 · Opus 5.5 · medium');
    expect(figureLine({ contextTokens: 500, contextWindow: 1_000 }, en).text).toBe('ctx 50 %');
    expect(figureLine({ contextTokens: 500 }, en).text).toBe('');
    expect(figureLine({ contextTokens: 500, contextWindow: 0 }, en).text).toBe('');
    expect(figureLine(undefined, en).text).toBe('');
  });
});

describe('the to-do list', () => {
  it('shows each item with its mark, and how many are done', () => {
    expect(todoLines(todos(1, 3), en).text).toBe('☑ 1 of 3 done\n● point 0\n◐ point 1\n○ point 2');
  });

  it('shows the part of a long list around the current item', () => {
    const lines = todoLines(todos(20, 40), en).text.split('\n');
    expect(lines[1]).toBe('● point 19');
    expect(lines[2]).toBe('◐ point 20');
    expect(lines.at(-1)).toBe('… 13 more');
    expect(lines).toHaveLength(10);
  });

  it('shows the end of a list that is done', () => {
    const lines = todoLines(todos(20, 20), en).text.split('\n');
    expect([lines[0], lines.at(-1)]).toEqual(['☑ 20 of 20 done', '● point 19']);
  });
});

describe('the sub-agents', () => {
  it('show what each does and for how long', () => {
    const doing = agent({ doing: { tool: 'Bash', title: 'ls -la' } });
    const text = agentLines([agent({ state: 'ok' }), doing, agent({ id: 'y' })], AT + 65_000, en).text;
    expect(text).toBe(
      '🤖 2 sub-agents working, 1 done\n▸ Count the files · Bash ls -la · 1m 05s\n▸ Count the files · 1m 05s',
    );
  });

  it('are not shown when all have ended', () => {
    expect(agentLines([agent({ state: 'ok' })], AT, en).text).toBe('');
  });

  it('are counted where there is no room for them', () => {
    const many = Array.from({ length: 9 }, (_, i) => agent({ id: String(i) }));
    expect(agentLines(many, AT, en).text.split('\n').at(-1)).toBe('… 3 more');
  });
});

describe('a live card', () => {
  const run = (...events: SessionEvent[]): Card =>
    events.reduce(reduceCard, newCard({ session: 's', name: 'demo', agent: 'A' }));
  const started: SessionEvent[] = [
    { type: 'turn.started', at: AT, prompt: 'go' },
    { type: 'tool.started', at: AT, id: 't', name: 'Agent', title: 'Count' },
    { type: 'tool.started', at: AT, id: 'u', name: 'Bash', title: 'npm test' },
    { type: 'agent.started', at: AT, id: 't', title: 'Count' },
  ];

  it('shows the time of the running tool, and a sub-agent once', () => {
    const [part] = renderCard(run(...started), AT + 12_000, en).parts;
    expect(part?.text).toContain('▸ Bash npm test · 12s');
    expect(part?.text).toContain('🤖 1 sub-agent working\n▸ Count · 12s');
    expect(part?.text).not.toContain('Agent Count');
  });

  it('ends with the text being written, unless a draft shows it', () => {
    const card: Card = { ...run(...started), writing: 'Half a line' };
    expect(renderCard(card, AT, en).parts[0]?.text).toMatch(/Half a line ✍$/);
    expect(renderCard(card, AT, en, { drafted: true }).parts[0]?.text).not.toContain('Half a line');
  });

  it('fits one message, whatever there is to show', () => {
    const card: Card = {
      ...run(...started),
      todos: todos(5, 50).map((todo) => ({ ...todo, text: 'x'.repeat(200) })),
      agents: Array.from({ length: 20 }, (_, i) => agent({ id: String(i), title: 'y'.repeat(200) })),
      writing: 'z '.repeat(2_000),
      figures: { model: 'm'.repeat(500), costUsd: 1e9, contextPercent: 1e9 },
    };
    const { parts } = renderCard(card, AT, en);
    expect(parts).toHaveLength(1);
    expect(parts[0]?.text.length).toBeLessThanOrEqual(4_096);
  });
});
