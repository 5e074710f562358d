import type { Figures, SessionEvent, Todo } from '../sessions/events';
import { maskedLine } from './clean';
import { LINE_MAX, MAX_AGENTS, MAX_TODOS, type Card, type SubAgent } from './model';

/** What happens beside the turn's own tools and texts. */
type LiveEvent = Extract<
  SessionEvent,
  {
    type: 'figures' | 'limit.reached' | 'todos' | 'todo' | 'agent.started' | 'agent.doing' | 'agent.ended';
  }
>;

/** The card after an event of what goes on beside its tools and texts; the very same object when nothing changes. */
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
      const doing = { tool: maskedLine(event.tool, LINE_MAX.name), title: maskedLine(event.title, LINE_MAX.title) };
      // Read again from its start, after a restart, a sub-agent tells of tools that are past.
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
 * The card with the text that the agent is writing; the very same object when nothing of it is new. What the
 * transcript has told already is not being written, however long the screen goes on showing it.
 */
export function withWriting(card: Card, text: string | null): Card {
  const told = text === null || card.phase !== 'working' || isTold(card, text);
  const writing = told ? undefined : text.slice(-WRITING_MAX);
  if (writing === card.writing) return card;
  const { writing: old, ...rest } = card;
  void old;
  return writing === undefined ? rest : { ...rest, writing };
}

/** The most UTF-16 units of a text being written: what a screen shows of it, and more than a phone does. */
const WRITING_MAX = 4_000;

/** Whether the newest texts hold it, told by letters and digits alone: a screen shows Markdown without its marks. */
function isTold(card: Card, text: string): boolean {
  const sought = bare(text);
  return sought === '' || card.texts.slice(-2).some((block) => bare(block.text).endsWith(sought));
}

const bare = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, '');

/** What a new turn keeps of it: the list as far as something of it is open, and the sub-agents that still run. */
export function liveInNextTurn(card: Card): Pick<Card, 'todos' | 'agents'> {
  const todos = card.todos?.some((todo) => todo.state !== 'done') ? card.todos : undefined;
  const agents = runningAgents(card);
  return {
    ...(todos === undefined ? {} : { todos }),
    ...(agents.length === 0 ? {} : { agents }),
  };
}

/** The card when the agent says that no sub-agent is at work any more: an end that nobody told has happened. */
export function withAgentsOver(card: Card, at: number): Card {
  if (runningAgents(card).length === 0) return card;
  const over = (agent: SubAgent): SubAgent =>
    agent.state === 'running' ? { ...agent, state: 'ok', endedAt: at } : agent;
  return { ...card, agents: (card.agents ?? []).map(over) };
}

/** The card without the sub-agents of which nothing was heard since `before`, ms: nobody knows what became of them. */
export function withoutSilentAgents(card: Card, before: number): Card {
  const agents = (card.agents ?? []).filter((agent) => agent.state !== 'running' || agent.toldAt >= before);
  return agents.length === (card.agents ?? []).length ? card : { ...card, agents };
}

/** The sub-agents that still run. */
export function runningAgents(card: Card): readonly SubAgent[] {
  return (card.agents ?? []).filter((agent) => agent.state === 'running');
}

/** Figures of an agent that tells only some of them each time; changes too small to be shown change nothing. */
function withFigures(card: Card, told: Figures): Card {
  const { limits, ...own } = told;
  void limits; // of the account, not of the session
  const figures = { ...card.figures, ...own };
  return same(shown(card.figures ?? {}), shown(figures)) ? card : { ...card, figures };
}

/** A figure as it is shown: whole percents and cents. */
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
