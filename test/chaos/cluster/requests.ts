import type { Person } from '@ccbot/sandbox/telegram/person';
import type { ClusterSession } from './machine';
import type { Stage } from './stage';

/** A request of an agent, and what the owner decides about it. */
interface Asked {
  readonly n: number;
  readonly session: ClusterSession;
  readonly decision: 'allow' | 'deny';
}

const LABELS = { allow: '✓ Allow', deny: '✗ Deny' } as const;

/** What became of the requests. */
export interface RequestAccount {
  /** Decided with one tap, of which the agent never heard. */
  lost: string[];
  /** The agent heard twice. */
  repeated: string[];
  /** The agent heard something else than the owner tapped. */
  wrong: string[];
}

/** Requests of agents, each of which the owner decides with one tap on its message. */
export interface Requests {
  readonly count: number;
  /** Has the agent of a session ask, if it does not wait for a decision. */
  ask(session: ClusterSession, decision: Asked['decision']): void;
  /** Taps once on each message of a request that has buttons. */
  tapAll(): void;
  undecided(): string[];
  account(): RequestAccount;
}

export function createRequests({ telegram: { owner } }: Stage): Requests {
  const asked: Asked[] = [];
  const tapped = new Set<number>();
  const decisionsOf = ({ n, session }: Asked): string[] =>
    session.decisions().flatMap((decision) => (decision.n === n ? [decision.what] : []));
  const undecided = (): Asked[] => asked.filter((request) => decisionsOf(request).length === 0);
  return {
    get count() {
      return asked.length;
    },
    ask(session, decision) {
      if (undecided().some((request) => request.session === session)) return;
      const n = asked.length + 1;
      asked.push({ n, session, decision });
      session.ask(n);
    },
    tapAll: () => tapAll(owner, asked, tapped),
    undecided: () => undecided().map(nameOf),
    account: () => ({
      lost: undecided().map(nameOf),
      repeated: asked.filter((request) => decisionsOf(request).length > 1).map(nameOf),
      wrong: asked
        .filter((request) => decisionsOf(request).some((what) => what !== request.decision))
        .map(nameOf),
    }),
  };
}

/** A request may have several messages: without a worker its hook ends, and the agent asks again. */
function tapAll(owner: Person, asked: readonly Asked[], tapped: Set<number>): void {
  for (const { id, text, keyboard } of owner.fromBot()) {
    const n = Number(/echo request (\d+)\b/.exec(text)?.[1]);
    const request = asked[n - 1];
    if (request === undefined || tapped.has(id)) continue;
    const label = LABELS[request.decision];
    if (!keyboard.flat().some((button) => button.text === label)) continue;
    tapped.add(id);
    owner.tap(label, id);
  }
}

const nameOf = ({ n, session, decision }: Asked): string => `${decision} request ${n} of ${session.name}`;
