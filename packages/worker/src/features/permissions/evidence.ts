import { maskedLine } from '../../cards/clean';
import { LINE_MAX, type ToolRow } from '../../cards/model';
import type { SessionInput } from '../../sessions/machine/model';
import type { AgentRequest, OverHow } from './model';

/** A request that is over without us. */
export interface Over {
  request: AgentRequest;
  how: Exclude<OverHow, 'ended'>;
}

/**
 * The open requests of a session that are over by the agent's own records: the tool or the turn has ended. `rows` are
 * the tools known before these inputs. A sub-agent outlives the turn and has its own records, so its requests stay.
 */
export function overByRecords(
  requests: readonly AgentRequest[],
  rows: readonly Pick<ToolRow, 'id' | 'title'>[],
  inputs: readonly SessionInput[],
): Over[] {
  const waiting = requests.filter(ofMainAgent);
  if (waiting.length === 0) return [];
  const titles = new Map(rows.map(({ id, title }) => [id, title]));
  const over = new Map<AgentRequest, Over>();
  const close = (request: AgentRequest, how: Over['how']): void => void over.set(request, { request, how });
  for (const input of inputs) {
    if (input.type !== 'observed') continue;
    const { event } = input;
    if (event.type === 'tool.started') titles.set(event.id, maskedLine(event.title, LINE_MAX.title));
    // Events from before a request say nothing about it: after a crash, records are read again.
    const earlier = waiting.filter((request) => !over.has(request) && event.at >= request.at);
    if (event.type === 'turn.ended') for (const request of earlier) close(request, 'elsewhere');
    if (event.type === 'tool.ended') {
      const title = titles.get(event.id);
      const request = earlier.find(({ asked }) => maskedLine(asked.title, LINE_MAX.title) === title);
      if (request !== undefined) close(request, howOf(event.answered));
    }
  }
  return [...over.values()];
}

function howOf(answered: boolean | undefined): Over['how'] {
  if (answered === undefined) return 'elsewhere';
  return answered ? 'answered' : 'unanswered';
}

/** The requests that are over because the agent's turn ended at `at`, ms since the epoch. */
export function overByStop(requests: readonly AgentRequest[], at: number): AgentRequest[] {
  return requests.filter((request) => ofMainAgent(request) && request.at <= at);
}

function ofMainAgent({ asked }: AgentRequest): boolean {
  return asked.subAgent === undefined;
}
