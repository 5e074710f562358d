import type { Figures, Todo } from '../sessions/events';
import { maskedLine } from './clean';
import type { SubAgent } from './model';
import { join, plain, styled } from './rich';
import { signs } from './signs';
import type { Rich } from './view';
import type { CardWords } from '../words/topics/card';

/** How many items of a to-do list, and how many sub-agents, a live card shows: what fits on a phone. */
const SHOWN = { todos: 8, agents: 6 };

/** The widths to which lines are cut, UTF-16 units. */
const WIDTH = { todo: 70, agent: 50, doing: 40, model: 30 };

/** The agent's figures in one short line, such as `ctx 43 % · $0.12 · Opus 5.5 · medium`; empty where it gave none. */
export function figureLine(figures: Omit<Figures, 'limits'> | undefined, words: CardWords): Rich {
  if (figures === undefined) return plain('');
  const { costUsd, model, effort } = figures;
  const context = contextPercent(figures);
  const facts = [
    context === undefined ? '' : words.context(context),
    costUsd === undefined ? '' : words.cost(costUsd),
    model === undefined ? '' : maskedLine(model, WIDTH.model),
    effort === undefined ? '' : maskedLine(effort, WIDTH.model),
  ];
  return plain(facts.filter((fact) => fact !== '').join(' · '));
}

/** How full the context is, in whole percent; undefined where the agent's figures do not say. */
export function contextPercent(figures: Omit<Figures, 'limits'>): number | undefined {
  const { contextPercent: percent, contextTokens, contextWindow } = figures;
  if (percent !== undefined) return Math.round(percent);
  if (contextTokens === undefined || contextWindow === undefined || contextWindow <= 0) return undefined;
  return Math.round((contextTokens / contextWindow) * 100);
}

/** The to-do list: how much is done, and the items around the current one. */
export function todoLines(todos: readonly Todo[] | undefined, words: CardWords): Rich {
  if (todos === undefined || todos.length === 0) return plain('');
  const done = todos.filter((todo) => todo.state === 'done').length;
  const current = todos.findIndex((todo) => todo.state !== 'done');
  const last = todos.length - SHOWN.todos;
  // One finished item stays visible above the current one.
  const from = Math.max(0, Math.min(last, (current < 0 ? todos.length : current) - 1));
  const shown = todos.slice(from, from + SHOWN.todos);
  const rows = shown.map((todo) => {
    const line = `${signs.todo[todo.state]} ${maskedLine(todo.text, WIDTH.todo)}`;
    return todo.state === 'doing' ? styled('bold', line) : plain(line);
  });
  const after = todos.length - from - shown.length;
  if (after > 0) rows.push(plain(words.more(after)));
  return join([plain(words.todos(done, todos.length)), ...rows], '\n');
}

/** The running sub-agents, and what each does; of those that have ended only the number. `now` is ms since the epoch. */
export function agentLines(agents: readonly SubAgent[] | undefined, now: number, words: CardWords): Rich {
  if (agents === undefined) return plain('');
  const running = agents.filter((agent) => agent.state === 'running');
  if (running.length === 0) return plain('');
  const ended = agents.length - running.length;
  const rows = running.slice(0, SHOWN.agents).map((agent) => {
    const { doing } = agent;
    const tool = doing === undefined ? [] : [plain(`· ${doing.tool}`), codeOf(doing.title)];
    return join(
      [
        plain(`${signs.tool.running} ${maskedLine(agent.title, WIDTH.agent)}`),
        ...tool,
        plain(`· ${words.span(now - agent.startedAt)}`),
      ],
      ' ',
    );
  });
  if (running.length > SHOWN.agents) rows.push(plain(words.more(running.length - SHOWN.agents)));
  return join([plain(words.agents(running.length, ended)), ...rows], '\n');
}

function codeOf(title: string): Rich {
  return styled('code', maskedLine(title, WIDTH.doing));
}
