import type { AgentCatalog } from '../../agents/catalog';
import { button } from '../../cards/button';
import { BUTTON } from '../../cards/buttons';
import type { Conversation } from '../../chat/command';
import type { SessionIntent } from '../../chat/intents';
import type { Kernel } from '../../app/model';
import { isLive } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';
import { cardCommandWords } from './words/words';

export interface ClearDeps {
  registry: Pick<Registry, 'get'>;
  agents: Pick<AgentCatalog, 'of'>;
  prompts: Pick<Kernel['prompts'], 'queue' | 'delivery'>;
  now(): number;
}

export interface ClearIntent extends SessionIntent<'clear'> {
  readonly sure: boolean;
}

/** Types the agent's own command for it, once the user has confirmed. */
export function clear(deps: ClearDeps, conversation: Conversation, { session: id, sure }: ClearIntent): void {
  const { registry, agents, prompts, now } = deps;
  const { inbound, chatId, say, ack, words } = conversation;
  const session = registry.get(id);
  const command = session === undefined ? undefined : agents.of(session).clearing;
  if (session === undefined || !isLive(session) || command === undefined) return ack(words.expired);
  ack();
  if (!sure) {
    const text = words.of(cardCommandWords);
    return say(text.clearSure(session.name), [
      [button(BUTTON.clear, text.clearYes, { session: id, sure: true })],
    ]);
  }
  const messageId = ('messageId' in inbound ? inbound.messageId : undefined) ?? 0;
  prompts.queue.add({ id: inbound.updateId, session: id, chatId, messageId, text: command }, now());
  void prompts.delivery.kick(id);
}
