import { contextPercent, figureLine } from '../../cards/beside';
import type { Handlers } from '../../chat/command';
import type { ResumeIntent } from './buttons';
import type { KeptLimit } from './limits';
import type { Words } from '../../words/words';
import { isLive, type Session } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';

/** Shows the agents' own figures and limits. */
export interface UsageIntent {
  readonly do: 'usage';
}

/** What the commands about consumption need. */
export interface UsageCommandDeps {
  registry: Registry;
  limits(): { agent: string; limit: KeptLimit }[];
  /** An agent's name for people. */
  titleOf(agent: string): string;
  /** The person said whether and when a session goes on. */
  resume(id: string, when: 'reset' | 'now' | 'never'): void;
  now(): number;
}

/** The commands about what the agents consume, and about going on after a limit. */
export function usageCommands(deps: UsageCommandDeps): Handlers<UsageIntent | ResumeIntent> {
  const { registry, now } = deps;
  return {
    usage({ say, words }) {
      const sessions = registry
        .live()
        .map((session) => words.usageOf(session.name, figuresOf(session, words)));
      const agents = [...new Set(deps.limits().map(({ agent }) => agent))].map((agent) => {
        const own = deps.limits().filter((kept) => kept.agent === agent);
        return words.limitsOf(
          deps.titleOf(agent),
          own.map(({ limit }) => words.limitLine(limit, now())),
        );
      });
      const parts = [sessions.length === 0 ? words.noSessions : sessions.join('\n'), ...agents];
      const silent = registry
        .live()
        .some((session) => contextPercent(session.card.figures ?? {}) === undefined);
      if (silent && agents.length === 0) parts.push(words.noFigures);
      say(parts.join('\n\n'));
    },
    resume({ ack, words }, { session: id, when }) {
      const session = registry.get(id);
      if (session?.limited === undefined || !isLive(session)) return ack(words.expired);
      deps.resume(id, when);
      ack();
    },
  };
}

function figuresOf(session: Session, { card }: Words): string {
  return figureLine(session.card.figures, card).text;
}
