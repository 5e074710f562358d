import type { AgentCatalog } from '../../agents/catalog';
import { contextPercent, figureLine } from '../../cards/beside';
import { commands, type CommandTable, type Conversation } from '../../chat/command';
import type { Intent } from '../../chat/intents';
import { isLive, sessionLabel } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';
import { resumeButton, type ResumeIntent } from './buttons';
import { allLimits, type UsageElsewhere } from './elsewhere';
import type { Resumption } from './resumption';
import type { Usage } from './usage';
import { limitWords } from './words/words';

export interface LimitCommandDeps {
  registry: Registry;
  agents: Pick<AgentCatalog, 'titleOf'>;
  usage: Pick<Usage, 'all'>;
  resumption: Pick<Resumption, 'choose'>;
  /** What the other machines have used. */
  others(): UsageElsewhere;
  now(): number;
}

interface UsageIntent extends Intent {
  readonly do: 'usage';
}

export function limitCommands(deps: LimitCommandDeps): CommandTable {
  return commands<UsageIntent | ResumeIntent>({
    usage: {
      slash: { names: ['usage'], read: () => ({ do: 'usage' }) },
      menu: (words) => words.of(limitWords).menu,
      run: (conversation) => showUsage(deps, conversation),
    },
    resume: {
      button: resumeButton,
      run: (conversation, intent) => resume(deps, conversation, intent),
    },
  });
}

function showUsage(deps: LimitCommandDeps, { say, words }: Conversation): void {
  const { registry, agents, usage, others, now } = deps;
  const text = words.of(limitWords);
  const elsewhere = others();
  const sessions = [
    ...registry.live().map(({ name, card }) => ({ name, figures: card.figures })),
    ...elsewhere.sessions,
  ];
  const limits = allLimits(usage.all(), elsewhere.limits);
  const figures = sessions.map((session) =>
    text.usageOf(session.name, figureLine(session.figures, words.card).text),
  );
  const accounts = [...new Set(limits.map(({ agent, host = '' }) => `${agent} ${host}`))];
  const parts = [
    figures.length === 0 ? words.noSessions : figures.join('\n'),
    ...accounts.map((account) => {
      const [id = '', host = ''] = account.split(' ');
      const own = limits.filter((limit) => limit.agent === id && (limit.host ?? '') === host);
      const title = agents.titleOf(id);
      return text.limitsOf(
        host === '' ? title : sessionLabel(title, host),
        own.map(({ limit }) => text.line(limit, now())),
      );
    }),
    ...words.machines.awayLines(elsewhere.machines, now()),
  ];
  const isIncomplete = sessions.some((session) => contextPercent(session.figures ?? {}) === undefined);
  if (isIncomplete && accounts.length === 0) parts.push(text.noFigures);
  say(parts.join('\n\n'));
}

function resume(
  { registry, resumption }: LimitCommandDeps,
  { ack, words }: Conversation,
  { session: id, when }: ResumeIntent,
): void {
  const session = registry.get(id);
  if (session?.limited === undefined || !isLive(session)) return ack(words.expired);
  resumption.choose(id, when);
  ack();
}
