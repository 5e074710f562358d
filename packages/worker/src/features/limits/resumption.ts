import type { Kernel } from '../../app/model';
import type { SessionInput } from '../../sessions/machine/model';
import { step } from '../../sessions/machine/step';
import type { Session } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';
import { forAgents } from '../../words/for-agents';
import type { ResumeWhen } from './buttons';

export interface ResumptionDeps {
  registry: Registry;
  prompts: Pick<Kernel['prompts'], 'queue' | 'delivery'>;
  now(): number;
}

/** Lets sessions continue after the limit they ran into. */
export interface Resumption {
  /** The user chose whether and when the session continues. */
  choose(id: string, when: ResumeWhen): void;
  /** When the next reset of a session's limit is due, ms since the epoch. */
  nextDue(): number | undefined;
  /** Dispatches the resets that are due. */
  runDue(at: number): void;
  /** Types the prompts that wait. */
  deliver(session: Session): void;
}

/** The sessions hold the state, on disk. */
export function createResumption(deps: ResumptionDeps): Resumption {
  const { registry, prompts, now } = deps;
  return {
    choose: (id, when) => dispatch(deps, id, { type: 'resume.asked', at: now(), when }),
    nextDue() {
      const due = limitedSessions(registry).flatMap(({ limited }) => limited?.resetsAt ?? []);
      return due.length === 0 ? undefined : Math.min(...due);
    },
    runDue(at) {
      for (const { id, limited } of limitedSessions(registry))
        if ((limited?.resetsAt ?? Infinity) <= at) dispatch(deps, id, { type: 'reset.due', at });
    },
    deliver: (session) => void prompts.delivery.kick(session.id),
  };
}

/** Sessions whose limit has not reset yet. */
const limitedSessions = (registry: Registry): Session[] =>
  registry.live().filter(({ limited }) => limited !== undefined && !limited.over);

function dispatch(deps: ResumptionDeps, id: string, input: SessionInput): void {
  const { registry } = deps;
  const session = registry.get(id);
  if (session?.limited === undefined) return;
  const continues = step(session, input)[0].limited === undefined;
  // In the same transaction: after a crash in between, nobody would tell the session to continue.
  registry.dispatch(id, [input], continues ? () => queueContinue(deps, session) : undefined);
}

/** Queues a prompt to continue, unless a prompt of the user waits. */
function queueContinue({ prompts, now }: ResumptionDeps, session: Session): void {
  const { queue } = prompts;
  if (queue.ofSession(session.id, ['waiting']).length > 0) return;
  queue.add(
    {
      // A time in ms is outside of the range of update ids, which other prompts have.
      id: now(),
      session: session.id,
      // In the chat of the message that it answers.
      chatId: session.by ?? session.chatId,
      messageId: session.replyTo ?? 0,
      text: forAgents.resume,
    },
    now(),
  );
}
