import type { SessionEffect, SessionInput } from '../machine/model';
import type { Session } from '../model';

/**
 * `in-transaction`: runs in the transaction that writes the session; what it throws aborts the change, and the same inputs
 * may be dispatched again. `after-commit`: runs when the change is on disk; what it throws is logged.
 */
export type Phase = 'in-transaction' | 'after-commit';

/** What the registry can ask for: the effects of the session machine, and that a session has another phase now. */
export type DispatchEffect = SessionEffect | { do: 'phase-changed' };

/** Handles one effect. In the transaction `session` is the state the effect came from, after the commit the final one. */
export interface EffectHandler<E> {
  phase: Phase;
  run(session: Session, effect: E): void;
}

/** Handles the inputs of one type that a session got in one dispatch. `session` is its state before them. */
export interface EventHandler<I> {
  phase: Phase;
  run(session: Session, inputs: readonly I[]): void;
}

type OneOrMore<T> = T | readonly T[];

/** What to do after a step of a session, by effect. */
export type EffectTable = {
  readonly [D in DispatchEffect['do']]?: OneOrMore<EffectHandler<Extract<DispatchEffect, { do: D }>>>;
};

/** What to do when something happens to a session, by the type of the input. */
export type EventTable = {
  readonly [T in SessionInput['type']]?: OneOrMore<EventHandler<Extract<SessionInput, { type: T }>>>;
};

/** What a room or a feature does about sessions. */
export interface SessionContribution {
  effects?: EffectTable | undefined;
  events?: EventTable | undefined;
  /** After a commit: sessions came, went, or have other names. */
  changed?(): void;
}

/** A handler for the transaction. */
export function inTransaction<E>(run: (session: Session, what: E) => void): {
  phase: 'in-transaction';
  run(session: Session, what: E): void;
} {
  return { phase: 'in-transaction', run };
}

/** A handler for what follows the commit. */
export function afterCommit<E>(run: (session: Session, what: E) => void): {
  phase: 'after-commit';
  run(session: Session, what: E): void;
} {
  return { phase: 'after-commit', run };
}
