import type { Kernel } from '../../app/model';
import type { AgentCatalog } from '../../agents/catalog';
import { BUTTON, type HandoverIntent } from '../../cards/buttons';
import type { Chooser } from '../../chat/chooser';
import { commands, type CommandTable, type Conversation } from '../../chat/command';
import { refuse, type ChatView, type Intent } from '../../chat/intents';
import { forSession } from '../../chat/route';
import type { Lifecycle } from '../../sessions/lifecycle/lifecycle';
import { openRefusalText } from '../../sessions/lifecycle/refusal-text';
import type { Whereabouts } from '../../sessions/lifecycle/whereabouts';
import { plainName } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';
import { readHandover } from './handover';
import { handoverWords } from './words/words';

export interface HandoverCommandDeps {
  /** The sessions that are handed over. */
  sources: { registry: Pick<Registry, 'get'>; whereabouts: Whereabouts };
  agents: Pick<AgentCatalog, 'of' | 'titleOf'>;
  lifecycle: Pick<Lifecycle, 'open'>;
  chooser: Pick<Chooser, 'open'>;
  prompts: Pick<Kernel['prompts'], 'queue' | 'delivery'>;
  now(): number;
}

export function handoverCommands(deps: HandoverCommandDeps): CommandTable {
  return commands<HandoverIntent>({
    handover: {
      slash: { names: ['handover'], read: readSlash },
      button: BUTTON.handover,
      session: 'live-or-archived',
      usage: (words, _problem, agents) => words.of(handoverWords).usage(agents),
      run: (conversation, intent) => handOver(deps, conversation, intent),
    },
  });
}

/** Reads `@agent [session]`. Only an agent that takes prompts can continue another agent's work. */
function readSlash(rest: string, view: ChatView): Intent {
  const able = view.agents.filter(({ line }) => !line).map(({ id }) => id);
  const [, requested = '', name = ''] = /^@(\S+)(?:\s+(\S+))?$/.exec(rest) ?? [];
  const agent = able.find((id) => id === requested.toLowerCase());
  if (agent === undefined)
    return refuse({ code: 'usage', of: 'handover', problem: 'no-agent', values: able });
  return forSession(name, view, (session): HandoverIntent => ({ do: 'handover', session, agent }));
}

/** Opens a new session with the other agent, whose first prompt is the handover document. The source is only read. */
async function handOver(
  deps: HandoverCommandDeps,
  { inbound, chatId, thread, say, ack, words }: Conversation,
  { session: sourceId, agent }: HandoverIntent,
): Promise<void> {
  const { sources, agents, lifecycle, chooser, prompts, now } = deps;
  const source = sources.registry.get(sourceId);
  if (source === undefined) return ack(words.expired);
  ack();
  const found = await sources.whereabouts.transcript(source);
  const cwd = await sources.whereabouts.directory(source);
  const text = found === null ? null : await readHandover({ ...source, cwd }, found, agents.of(source));
  if (text === null) return say(words.of(handoverWords).nothing(source.name));
  const session = inbound.updateId.toString(36);
  const opened = await lifecycle.open({ id: session, chatId, agent, name: plainName(source), path: cwd });
  if (!opened.ok) return say(openRefusalText(opened.why, words));
  chooser.open({ chatId, thread }, session);
  const messageId = ('messageId' in inbound ? inbound.messageId : undefined) ?? 0;
  prompts.queue.add({ id: inbound.updateId, session, chatId, messageId, text }, now());
  const title = agents.titleOf(agent);
  say(words.of(handoverWords).handedOver(source.name, title, opened.session.name));
  void prompts.delivery.kick(session);
}
