import type { Destination } from './model';

/** What the poller knows of an update, and of who could take it. */
export interface RoutingFacts {
  /** The machine that decides. */
  self: string;
  /** All machines, those that are away included. */
  hosts: readonly string[];
  /** Which machine it names itself, or has the session that it names. */
  named?: string | undefined;
  /** Whose message was tapped, edited or replied to. */
  owner?: string | undefined;
  /** Which machine waits for the chat's next text; absent for anything but a text. */
  awaiting?: string | undefined;
  /** Which machine has the session that it is about. */
  session?: string | undefined;
  /** It waits for the next session that is started. */
  opens: boolean;
  /** The machine on which the chat starts sessions. */
  chosen?: string | undefined;
  /** It is a command or a tap. */
  steers: boolean;
}

/** Decides which machine handles an update. A machine that has left the cluster gets nothing. */
export function routeUpdate(facts: RoutingFacts): Destination {
  const { self, hosts, named, owner, awaiting, session, opens, chosen, steers } = facts;
  const candidates = [named, owner, awaiting, session, opens ? chosen : undefined];
  const host = candidates.find((candidate) => candidate !== undefined && hosts.includes(candidate));
  return { host: host ?? self, steers };
}
