import type { RegisteredAgent } from '../../agents/registry';
import type { Outbox } from '../../outbox/outbox';
import { createAdoption, type Adoption } from './adoption';
import type { Registry } from '../../sessions/registry';
export { createAdoptedWindows } from './adopted-windows';
import type { Wiring } from '../../app/kernel';

/** What adopting works on. */
export interface DeskStations {
  registry: Registry;
  outbox: Outbox;
  agents: ReadonlyMap<string, RegisteredAgent>;
  allowed: ReadonlySet<number>;
}

/** Wires what finds agents at the desk, and makes sessions of them. */
export function createDesk(deps: Wiring, { registry, outbox, agents, allowed }: DeskStations): Adoption {
  const all = [...agents.values()].map(({ agent }) => agent);
  const shell = all.find(({ surface }) => surface === 'screen');
  if (shell === undefined) throw new Error('no agent has the screen for its card');
  return createAdoption({
    ...{ registry, shell, agents: all, chats: allowed },
    wordsOf: deps.wordsOf,
    panes: deps.panes,
    home: deps.home,
    dir: deps.paths.dir,
    put: (wanted) => outbox.put(wanted),
    now: deps.now,
  });
}
