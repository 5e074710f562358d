import { isAtWork, type Session } from '../sessions/model';

/**
 * How often what depends on time is shown anew while an agent works, ms: the chat shows `typing…` for five seconds
 * after each word of it, and a clock on a card need not run faster.
 */
export const PULSE_MS = 4_000;

/** What the pulse needs. */
export interface PulseDeps {
  /** The live sessions, oldest first. */
  live(): readonly Session[];
  /** The chats of the people who may use ccbot. */
  chats: readonly number[];
  /** The session that a chat's plain messages go to. */
  active(chatId: number): string | undefined;
  /** Whether the session waits for an answer of the person: then it is not the agent's turn. */
  asks(session: Session): boolean;
  /** Time has passed over a session that works. */
  tick(id: string): void;
  /** Time has passed over all of them. */
  beat(): void;
  /** Shows in a chat that somebody is writing. */
  typing(chatId: number): void;
  log(level: 'error', text: string, meta?: Record<string, unknown>): void;
}

/** Keeps time while some agent works; nothing runs while none does. */
export interface Pulse {
  /** An agent may have begun to work. */
  stir(): void;
  stop(): void;
}

/**
 * Makes the pulse; it beats only while an agent works. With each beat the cards tell the time anew, and their panels;
 * the sessions that chats write to are looked after, and in turn one of those that no chat writes to.
 */
export function createPulse(deps: PulseDeps): Pulse {
  let timer: NodeJS.Timeout | undefined;
  let beats = 0;
  let stopped = false;

  function beat(first: boolean): void {
    timer = undefined;
    const working = deps.live().filter(isAtWork);
    if (working.length === 0 || stopped) return;
    timer = setTimeout(() => beat(false), PULSE_MS);
    beats++;
    const watched = new Set<Session>();
    for (const chatId of deps.chats) {
      const active = working.find((session) => session.id === deps.active(chatId));
      if (active === undefined) continue;
      watched.add(active);
      if (active.phase === 'ready' && !deps.asks(active)) deps.typing(chatId);
    }
    if (first) return; // what begins is being shown anyway
    const others = working.filter((session) => !watched.has(session));
    const other = others[beats % Math.max(1, others.length)];
    for (const { id } of [...watched, ...(other === undefined ? [] : [other])]) surely(() => deps.tick(id));
    surely(() => deps.beat());
  }

  function surely(show: () => void): void {
    try {
      show();
    } catch (error) {
      // A full disk: the next beat tries again.
      deps.log('error', 'a card could not be shown anew', { error: String(error) });
    }
  }

  return {
    stir() {
      if (timer === undefined) beat(true);
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
