import { maskedLine } from '../../cards/clean';
import { LINE_MAX, type ToolRow } from '../../cards/model';
import type { SessionInput } from '../../sessions/machine/model';
import type { AgentRequest } from './model';

/**
 * Which open requests of a session its agent's own records show to be over: the tool that was asked about has ended,
 * or the turn has. `rows` are the tools known before these inputs. A sub-agent outlives the turn, and has records of
 * its own.
 */
export function overByRecords(
  asks: readonly AgentRequest[],
  rows: readonly Pick<ToolRow, 'id' | 'title'>[],
  inputs: readonly SessionInput[],
): AgentRequest[] {
  const titles = new Map(rows.map(({ id, title }) => [id, title]));
  const over = new Set<AgentRequest>();
  const waiting = asks.filter((ask) => ask.asked.subAgent === undefined);
  for (const input of inputs) {
    if (input.type !== 'observed') continue;
    const { event } = input;
    if (event.type === 'tool.started') titles.set(event.id, maskedLine(event.title, LINE_MAX.title));
    // What happened before the request was made says nothing about it: records are read again after a crash.
    const later = waiting.filter((ask) => !over.has(ask) && event.at >= ask.at);
    if (event.type === 'turn.ended') for (const ask of later) over.add(ask);
    if (event.type === 'tool.ended') {
      const title = titles.get(event.id);
      const ask = later.find(({ asked }) => maskedLine(asked.title, LINE_MAX.title) === title);
      if (ask !== undefined) over.add(ask);
    }
  }
  return [...over];
}
