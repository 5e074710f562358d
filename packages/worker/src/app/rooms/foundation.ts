import { createAgentCatalog, type AgentCatalog } from '../../agents/catalog';
import type { AttachmentStore } from '../../attachments/model';
import { createAttachmentStore } from '../../attachments/store';
import { createActiveSession, type ActiveSession } from '../../chat/active-session';
import { createPeople, type People } from '../../chat/people';
import { createThreads, type Threads } from '../../chat/threads';
import { createAuthorStore } from '../../prompts/author-store';
import { createPromptAuthors } from '../../prompts/authors';
import { createPromptEvents, type PromptEvents } from '../../prompts/events';
import type { PromptAuthors } from '../../prompts/model';
import { createPrompts, type StoredPrompts } from '../../prompts/store';
import { createSessionHandlers, type SessionHandlers } from '../../sessions/handlers/table';
import { createRegistry, type Registry } from '../../sessions/registry';
import { createSessionStore } from '../../sessions/store';
import { createWaitingSessions, type WaitingSessions } from '../../sessions/waiting';
import { createRetryWhileFull, type RetryWhileFull } from '../../store/retry-while-full';
import { createSettings, type Settings } from '../../store/settings';
import type { World } from '../model';

/** What the rooms store, and who the users are: what needs nothing but the world. */
export interface Foundation {
  settings: Settings;
  people: People;
  active: ActiveSession;
  threads: Threads;
  agents: AgentCatalog;
  registry: Registry;
  waiting: WaitingSessions;
  handlers: SessionHandlers;
  attachments: AttachmentStore;
  queue: StoredPrompts;
  events: PromptEvents;
  authors: PromptAuthors;
  retryWhileFull: RetryWhileFull;
}

export function buildFoundation(world: World): Foundation {
  const { config, store, env, cluster, log } = world;
  const now = (): number => world.now();
  const settings = cluster?.settings ?? createSettings(store);
  const people = createPeople(settings, config);
  const handlers = createSessionHandlers();
  return {
    settings,
    people,
    active: createActiveSession(settings),
    threads: createThreads(settings),
    agents: createAgentCatalog(env, config.CCBOT_AGENT_BACKEND),
    registry: createRegistry({
      store: createSessionStore(store),
      handlers,
      host: () => (cluster?.view.hasOthers() === true ? cluster.view.host : undefined),
      log,
    }),
    waiting: createWaitingSessions(now),
    handlers,
    attachments: createAttachmentStore(store, log),
    queue: createPrompts(store),
    events: createPromptEvents(),
    authors: createPromptAuthors(people, createAuthorStore(store, now)),
    retryWhileFull: createRetryWhileFull(store, log),
  };
}
