import type { Agent } from '../agents/agent';
import { maskGrowing } from '../cards/redact/secrets';
import { createDrafts } from '../outbox/drafts';
import type { Outbox } from '../outbox/outbox';
import type { Session } from '../sessions/model';
import { createPulse, type Pulse } from './pulse';
import type { Registry } from '../sessions/registry';
import { createSubAgents, type SubAgentDeps, type SubAgents } from '../watch/subagents';
import type { Settings } from '../store/settings';
import type { BotApi } from '../telegram/api';

/** What showing a running turn is made from. */
export interface LiveDeps {
  api: BotApi;
  /** The Bot API server. */
  server: string;
  settings: Settings;
  outbox: Outbox;
  /** The chats of the people who may use ccbot. */
  chats: readonly number[];
  /** Time has passed while some agent works. */
  beat(): void;
  now(): number;
  log(level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void;
}

/** What a running turn shows beside its card's own changes: the time, `typing…`, the text being written, sub-agents. */
export interface Live {
  /** Whether the text that an agent is writing is shown as a draft in the chats that write to it. */
  drafts(): boolean;
  /** Listens to the registry; `asks`: a session waits for an answer of the person. */
  attach(
    registry: Registry,
    with_: { tail: SubAgentDeps['tail']; agentOf(session: Session): Agent; asks?(session: Session): boolean },
  ): void;
  /** Takes up what runs already. */
  start(): void;
  stop(): void;
}

/** Wires it. */
export function createLive(deps: LiveDeps): Live {
  const { settings, outbox, now, log } = deps;
  const active = (chatId: number): string | undefined => settings.get(`chat:${chatId}`, 'active');
  const drafts = createDrafts({
    api: deps.api,
    memory: {
      get: (key) => settings.get('telegram', key),
      set: (key, value) => settings.set('telegram', key, value),
    },
    redact: (text) => maskGrowing(text),
    server: deps.server,
    now,
    log,
  });
  let attached: { registry: Registry; pulse: Pulse; subAgents: SubAgents } | undefined;

  return {
    drafts: () => drafts.known(),
    attach(registry, { tail, agentOf, asks }) {
      const pulse = createPulse({
        live: () => registry.live(),
        chats: deps.chats,
        active,
        beat: () => deps.beat(),
        asks: asks ?? (() => false),
        tick: (id) => registry.dispatch(id, [{ type: 'ticked', at: now() }]),
        typing: (chatId) => outbox.hint('sendChatAction', { chat_id: chatId, action: 'typing' }),
        log,
      });
      const subAgents = createSubAgents({
        tail,
        agentOf,
        dispatch: (id, inputs) => registry.dispatch(id, inputs),
        now,
      });
      registry.onEffect((session, effect) => {
        switch (effect.do) {
          case 'watch':
            if (effect.on) pulse.stir();
            break;
          case 'agents':
            subAgents.sync(session);
            pulse.stir();
            break;
          case 'draft':
            for (const chatId of deps.chats) {
              if (session.card.writing !== undefined && active(chatId) === session.id)
                drafts.show(chatId, session.card.turn + 1, session.card.writing);
            }
            break;
          case 'release':
            subAgents.release(session.id);
            break;
          default:
            break;
        }
      });
      attached = { registry, pulse, subAgents };
    },
    start() {
      for (const session of attached?.registry.live() ?? []) attached?.subAgents.sync(session);
      attached?.pulse.stir();
    },
    stop() {
      attached?.pulse.stop();
      attached?.subAgents.stop();
      drafts.stop();
    },
  };
}
