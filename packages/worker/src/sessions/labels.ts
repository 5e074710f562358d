import { sessionLabel, type Session } from './model';

/** Gives sessions the name that the chat shows. */
export interface Labels {
  /** The same session with its machine in its name, or as it is where there is one machine. */
  of(session: Session): Session;
}

/** `host`: the name of this machine; undefined while there is no other. */
export function createLabels(host: () => string | undefined): Labels {
  /** The same state of a session always gives the same object. */
  let known = new WeakMap<Session, Session>();
  let knownFor: string | undefined;
  return {
    of(session) {
      const machine = host();
      if (machine === undefined) return session;
      if (machine !== knownFor) known = new WeakMap();
      knownFor = machine;
      const found = known.get(session);
      if (found !== undefined) return found;
      const name = sessionLabel(session.name, machine);
      const labelled = { ...session, name, plainName: session.name, card: { ...session.card, name } };
      known.set(session, labelled);
      return labelled;
    },
  };
}
