import type { SessionInput } from '../machine/model';
import type { DispatchEffect, EffectHandler, EventHandler, SessionContribution } from './model';

/** A handler with the room or feature it belongs to, for the log. */
export interface OwnedHandler<H> {
  owner: string;
  handler: H;
}

/** The one table of who handles what, filled by rooms and features before the first dispatch. Handlers run in the order they were added. */
export interface SessionHandlers {
  add(owner: string, contribution: SessionContribution): void;
  effects(name: DispatchEffect['do']): readonly OwnedHandler<EffectHandler<DispatchEffect>>[];
  events(type: SessionInput['type']): readonly OwnedHandler<EventHandler<SessionInput>>[];
  changed(): void;
}

/** An empty table. */
export function createSessionHandlers(): SessionHandlers {
  const effects = new Map<string, OwnedHandler<EffectHandler<DispatchEffect>>[]>();
  const events = new Map<string, OwnedHandler<EventHandler<SessionInput>>[]>();
  const listeners: (() => void)[] = [];

  return {
    add(owner, contribution) {
      collect(owner, effects, contribution.effects ?? {});
      collect(owner, events, contribution.events ?? {});
      if (contribution.changed !== undefined) listeners.push(() => contribution.changed?.());
    },
    effects: (name) => effects.get(name) ?? [],
    events: (type) => events.get(type) ?? [],
    changed() {
      for (const listener of listeners) listener();
    },
  };
}

/** Files the handlers of one contribution under their names. A table's type ties each name to its handler's own effect or input. */
function collect<H>(
  owner: string,
  into: Map<string, OwnedHandler<H>[]>,
  table: Readonly<Record<string, unknown>>,
): void {
  for (const [name, entry] of Object.entries(table)) {
    if (entry === undefined) continue;
    const handlers = (Array.isArray(entry) ? entry : [entry]) as readonly H[];
    const before = into.get(name) ?? [];
    into.set(name, [...before, ...handlers.map((handler) => ({ owner, handler }))]);
  }
}
