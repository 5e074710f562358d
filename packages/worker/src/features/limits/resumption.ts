import type { Agent } from '../../agents/agent';
import { PanesError, type Panes } from '../../terminal/panes';
import { forAgents } from '../../words/for-agents';
import type { Delivery } from '../../prompts/delivery';
import type { PromptQueue } from '../../prompts/model';
import type { SessionInput } from '../../sessions/machine/model';
import { step } from '../../sessions/machine/step';
import { isLive, type Session } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';

/** An agent's question comes up within a moment, and takes keys a moment later: it is looked for so often, so many ms apart. */
const DISMISS_ROUNDS = 4;
const DISMISS_PAUSE_MS = 600;

/** What going on after a limit needs. */
export interface ResumptionDeps {
  registry: Registry;
  prompts: PromptQueue;
  delivery: Delivery;
  panes: Pick<Panes, 'type'>;
  agentOf(session: Session): Agent;
  look(id: string): Promise<{ session: Session | undefined }>;
  now(): number;
}

/** Lets sessions go on after the limit that they ran into. */
export interface Resumption {
  /** The person said whether and when. */
  asked(id: string, when: 'reset' | 'now' | 'never'): void;
  /** When the next reset of a session's limit is due, ms since the epoch. */
  next(): number | undefined;
  /** Brings about the resets that are due. */
  ring(at: number): void;
  /**
   * Takes away the question that an agent asks at its terminal when it runs into a limit: the person is asked on the
   * phone, and what is typed at the reset must not land in it. To leave it decides nothing.
   */
  dismiss(session: Session): Promise<void>;
  /** Types what waits. */
  goOn(session: Session): void;
}

/** Makes it; the state is the sessions' own, on disk. */
export function createResumption(deps: ResumptionDeps): Resumption {
  const { registry, prompts, now } = deps;

  function dispatch(id: string, input: SessionInput): void {
    const session = registry.get(id);
    if (session?.limited === undefined) return;
    const goesOn = step(session, input)[0].limited === undefined;
    // In the same transaction: a crash in between must not leave a session that nobody tells to go on.
    registry.dispatch(id, [input], goesOn ? () => queueWord(session) : undefined);
  }

  /** A word to go on, where the person wrote nothing that says more. */
  function queueWord(session: Session): void {
    if (prompts.ofSession(session.id, ['waiting']).length > 0) return;
    // Like an update's id, but out of their range: a time in ms.
    const prompt = {
      id: now(),
      session: session.id,
      // In the chat of the message that it answers to.
      chatId: session.by ?? session.chatId,
      messageId: session.replyTo ?? 0,
    };
    prompts.add({ ...prompt, text: forAgents.goOn }, now());
  }

  const waiting = (): Session[] => registry.live().filter((s) => s.limited !== undefined && !s.limited.over);

  return {
    asked: (id, when) => dispatch(id, { type: 'resume.asked', at: now(), when }),
    next() {
      const due = waiting().flatMap((session) => session.limited?.resetsAt ?? []);
      return due.length === 0 ? undefined : Math.min(...due);
    },
    ring(at) {
      for (const session of waiting()) {
        if ((session.limited?.resetsAt ?? Infinity) <= at) dispatch(session.id, { type: 'reset.due', at });
      }
    },
    async dismiss({ id }) {
      for (let round = 0; round < DISMISS_ROUNDS; round++) {
        await new Promise<void>((resolve) => setTimeout(resolve, DISMISS_PAUSE_MS));
        const { session } = await deps.look(id);
        if (session === undefined || !isLive(session) || session.limited === undefined) return;
        if (session.phase !== 'dialog') continue; // not there yet, or gone
        try {
          await deps.panes.type(id, deps.agentOf(session).interrupt());
        } catch (error) {
          if (!(error instanceof PanesError)) throw error;
          return; // the window goes away, and its own event says so
        }
      }
    },
    goOn: (session) => void deps.delivery.kick(session.id),
  };
}
