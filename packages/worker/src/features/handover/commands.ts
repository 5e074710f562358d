import type { Agent } from '../../agents/agent';
import type { HandoverIntent } from '../../cards/buttons';
import type { Handlers } from '../../chat/command';
import type { Delivery } from '../../prompts/delivery';
import { handOver } from './handover';
import type { Session } from '../../sessions/model';
import type { NewSession, Opened } from '../../sessions/lifecycle/model';
import { openRefusalText } from '../../sessions/lifecycle/refusal-text';
import type { PromptQueue } from '../../prompts/model';
import type { Registry } from '../../sessions/registry';

/** What handing a session over needs. */
export interface HandoverCommandDeps {
  registry: Registry;
  agentOf(session: Session): Agent;
  titleOf(agent: string): string;
  open(request: NewSession): Promise<Opened>;
  prompts: PromptQueue;
  delivery: Delivery;
  active: { set(chatId: number, session: string): void };
  now(): number;
}

/** Has another agent go on with the work of a session, in a session of its own; the one it comes from is not changed. */
export function handoverCommands(deps: HandoverCommandDeps): Handlers<HandoverIntent> {
  return {
    async handover({ inbound, chatId, say, ack, words }, { session: id, agent }) {
      const from = deps.registry.get(id);
      if (from === undefined) return ack(words.expired);
      ack();
      const text = await handOver(from, deps.agentOf(from));
      if (text === null) return say(words.agents.nothingToHandOver(from.name));
      const own = inbound.updateId.toString(36);
      const opened = await deps.open({ id: own, chatId, agent, name: from.name, path: from.cwd });
      if (!opened.ok) return say(openRefusalText(opened.why, words));
      deps.active.set(chatId, own);
      const messageId = ('messageId' in inbound ? inbound.messageId : undefined) ?? 0;
      deps.prompts.add({ id: inbound.updateId, session: own, chatId, messageId, text }, deps.now());
      say(words.agents.handedOver(from.name, deps.titleOf(agent), opened.session.name));
      void deps.delivery.kick(own);
    },
  };
}
