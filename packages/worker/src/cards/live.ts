import type { Figures, SessionEvent, Todo } from '../sessions/events';
import { maskedLine } from './clean';
import { cardWithout, LINE_MAX, MAX_AGENTS, MAX_TODOS, type Card, type SubAgent } from './model';

/** Events besides the turn's own tools and texts. */
type LiveEvent = Extract<
  SessionEvent,
  {
    type: 'figures' | 'limit.reached' | 'todos' | 'todo' | 'agent.started' | 'agent.doing' | 'agent.ended';
  }
>;

/** The card after such an event; the same object when nothing changes. */
export function reduceLive(card: Card, event: LiveEvent): Card {
  switch (event.type) {
    case 'figures':
      return withFigures(card, event.figures);
    case 'limit.reached': {
      const limit: NonNullable<Card['limit']> = {};
      if (event.window !== undefined) limit.window = event.window;
      if (event.resetsAt !== undefined) limit.resetsAt = event.resetsAt;
      return same(card.limit, limit) ? card : { ...card, limit };
    }
    case 'todos':
      return withTodos(card, event.todos.slice(0, MAX_TODOS).map(tidy));
    case 'todo':
      return withTodos(card, changed(card.todos ?? [], event));
    case 'agent.started':
      return agentStarted(card, event);
    case 'agent.doing': {
      const doing = {
        tool: maskedLine(event.tool, LINE_MAX.name),
        title: maskedLine(event.title, LINE_MAX.title),
      };
      // After a restart a sub-agent's transcript is read again from its start, with tools that are already known.
      return withAgent(card, event.id, (agent) =>
        event.n <= agent.tools ? agent : { ...agent, tools: event.n, doing, toldAt: event.at },
      );
    }
    case 'agent.ended':
      return withAgent(card, event.id, (agent) => ({
        ...agent,
        state: event.ok ? 'ok' : 'failed',
        endedAt: event.at,
      }));
  }
}

/**
 * The card with the text that the agent is writing; the same object when nothing is new. A text that is in the transcript is
 * no longer being written, however long the screen shows it.
 */
export function withWriting(card: Card, text: string | null): Card {
  const isRunning = card.phase === 'working' && card.answered === undefined;
  const isOver = text === null || !isRunning || isInTexts(card, text);
  const writing = isOver ? undefined : text.slice(-WRITING_MAX);
  if (writing === card.writing) return card;
  const rest = cardWithout(card, 'writing');
  return writing === undefined ? rest : { ...rest, writing };
}

/** The most UTF-16 units of a text being written: what a screen shows, and more than a phone does. */
const WRITING_MAX = 4_000;

/** Whether one of the newest texts ends with it. Compares letters and digits only: a screen shows Markdown without its marks. */
function isInTexts(card: Card, text: string): boolean {
  const sought = bare(text);
  // Markdown is longer than what a screen shows of it, but not by that much.
  const near = 4 * text.length + 4_000;
  return (
    sought === '' || card.texts.slice(-2).some((block) => bare(block.text.slice(-near)).endsWith(sought))
  );
}

const bare = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, '');

/** What a new turn takes over: the to-do list while something in it is open, and the sub-agents that still run. */
export function liveInNextTurn(card: Card): Pick<Card, 'todos' | 'agents'> {
  const todos = card.todos?.some((todo) => todo.state !== 'done') ? card.todos : undefined;
  const agents = runningAgents(card);
  return {
    ...(todos === undefined ? {} : { todos }),
    ...(agents.length === 0 ? {} : { agents }),
  };
}

/** The card when the agent says that no sub-agent runs any more: those whose end was not reported have ended too. */
export function withAgentsOver(card: Card, at: number): Card {
  if (runningAgents(card).length === 0) return card;
  const ended = (agent: SubAgent): SubAgent =>
    agent.state === 'running' ? { ...agent, state: 'ok', endedAt: at } : agent;
  return { ...card, agents: (card.agents ?? []).map(ended) };
}

/** The card without the sub-agents that have been silent since before `before`, ms since the epoch: their fate is unknown. */
export function withoutSilentAgents(card: Card, before: number): Card {
  const agents = (card.agents ?? []).filter((agent) => agent.state !== 'running' || agent.toldAt >= before);
  return agents.length === (card.agents ?? []).length ? card : { ...card, agents };
}

export function runningAgents(card: Card): readonly SubAgent[] {
  return (card.agents ?? []).filter((agent) => agent.state === 'running');
}

/** Adds new figures to the known ones: an agent reports only some each time. A change too small to be shown is no change. */
function withFigures(card: Card, reported: Figures): Card {
  const { limits, ...ofSession } = reported;
  void limits; // of the account, not of the session
  const figures = { ...card.figures, ...ofSession };
  return same(shown(card.figures ?? {}), shown(figures)) ? card : { ...card, figures };
}

/** The figures as they are shown: whole percent and cents. */
function shown(figures: Omit<Figures, 'limits'>): unknown {
  const { contextPercent, costUsd, model, effort, version, contextTokens, contextWindow } = figures;
  const percent =
    contextPercent ??
    (contextTokens !== undefined && contextWindow ? (contextTokens / contextWindow) * 100 : undefined);
  return [
    percent === undefined ? null : Math.round(percent),
    costUsd === undefined ? null : Math.round(costUsd * 100),
    model,
    effort,
    version,
  ];
}

function tidy(todo: Todo): Todo {
  return { id: todo.id, text: maskedLine(todo.text, LINE_MAX.title), state: todo.state };
}

function withTodos(card: Card, todos: readonly Todo[]): Card {
  return same(card.todos ?? [], todos) ? card : { ...card, todos };
}

function changed(todos: readonly Todo[], event: Extract<LiveEvent, { type: 'todo' }>): readonly Todo[] {
  const old = todos.find((todo) => todo.id === event.id);
  if (event.gone === true) return todos.filter((todo) => todo !== old);
  // A point whose beginning was not seen has no text: better none than a line that says nothing.
  if (old === undefined && event.text === undefined) return todos;
  const next = tidy({
    id: event.id,
    text: event.text ?? old?.text ?? '',
    state: event.state ?? old?.state ?? 'open',
  });
  if (old !== undefined) return todos.map((todo) => (todo === old ? next : todo));
  return [...todos, next].slice(-MAX_TODOS);
}

function agentStarted(card: Card, event: Extract<LiveEvent, { type: 'agent.started' }>): Card {
  const agents = card.agents ?? [];
  const { id, file } = event;
  if (agents.some((agent) => agent.id === id)) {
    return withAgent(card, id, (agent) =>
      file === undefined || agent.file === file ? agent : { ...agent, file },
    );
  }
  const agent: SubAgent = {
    id,
    title: maskedLine(event.title, LINE_MAX.title),
    state: 'running',
    startedAt: event.at,
    toldAt: event.at,
    tools: 0,
    ...(file === undefined ? {} : { file }),
  };
  return { ...card, agents: [...agents, agent].slice(-MAX_AGENTS) };
}

/** The card with one running sub-agent changed; an unknown one, or one that has ended, stays as it is. */
function withAgent(card: Card, id: string, change: (agent: SubAgent) => SubAgent): Card {
  const agents = card.agents ?? [];
  const old = agents.find((agent) => agent.id === id && agent.state === 'running');
  const next = old === undefined ? undefined : change(old);
  if (next === undefined || next === old) return card;
  return { ...card, agents: agents.map((agent) => (agent === old ? next : agent)) };
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
