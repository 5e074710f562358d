import type { AgentCatalog } from '../../agents/catalog';
import { contextPercent, figureLine } from '../../cards/beside';
import { commands, type CommandTable, type Conversation } from '../../chat/command';
import type { Intent } from '../../chat/intents';
import { isLive } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';
import { resumeButton, type ResumeIntent } from './buttons';
import type { Resumption } from './resumption';
import type { Usage } from './usage';
import { limitWords } from './words/words';

export interface LimitCommandDeps {
  registry: Registry;
  agents: Pick<AgentCatalog, 'titleOf'>;
  usage: Pick<Usage, 'all'>;
  resumption: Pick<Resumption, 'choose'>;
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

function showUsage({ registry, agents, usage, now }: LimitCommandDeps, { say, words }: Conversation): void {
  const text = words.of(limitWords);
  const sessions = registry.live();
  const limits = usage.all();
  const figures = sessions.map(({ name, card }) =>
    text.usageOf(name, figureLine(card.figures, words.card).text),
  );
  const agentIds = [...new Set(limits.map(({ agent }) => agent))];
  const parts = [
    figures.length === 0 ? words.noSessions : figures.join('\n'),
    ...agentIds.map((id) => {
      const lines = limits.filter(({ agent }) => agent === id).map(({ limit }) => text.line(limit, now()));
      return text.limitsOf(agents.titleOf(id), lines);
    }),
  ];
  const isIncomplete = sessions.some(({ card }) => contextPercent(card.figures ?? {}) === undefined);
  if (isIncomplete && agentIds.length === 0) parts.push(text.noFigures);
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
