import type { Paths } from '@ccbot/shared/config/paths';
import type { Config } from '@ccbot/shared/config/schema';
import { createAgents, type RegisteredAgent } from '../../agents/registry';
import { createPreferences, type Preferences } from '../../chat/preferences';
import type { Session } from '../../sessions/model';
import { parseSession, sessionRow } from '../../sessions/rows';
import { createSessionStore } from '../../sessions/store';
import { openStore, type Store } from '../../store/open';
import { createSettings } from '../../store/settings';
import type { ImportHost } from './model';
import type { OldState } from './old-state';
import { planImport, type Plan } from './plan';

/** How many earlier sessions of a directory are searched for a transcript. */
const EARLIER_MAX = 1_000;

export interface ImportInput {
  old: OldState;
  paths: Paths;
  config: Config;
  host: ImportHost;
  /** Change nothing. */
  dryRun: boolean;
  now(): number;
}

/** Imports the old state, and returns what was imported. Throws what the store throws. */
export async function importState(input: ImportInput): Promise<Plan> {
  const store = openStore(input.paths.db, input.now);
  try {
    return await importInto(store, input);
  } finally {
    store.close();
  }
}

async function importInto(store: Store, { old, config, host, dryRun, now }: ImportInput): Promise<Plan> {
  const sessions = createSessionStore(store);
  const agents = createAgents(host.env);
  const transcripts = await findTranscripts(agents, old, host.home);
  const plan = planImport({
    old,
    known: sessions.all().flatMap(({ body }) => readSession(body)),
    agents: importableAgents(agents),
    users: config.ALLOWED_USERS,
    transcriptOf: ({ agentSession }) => transcripts.get(agentSession) ?? null,
    now: now(),
  });
  const preferences = createPreferences(createSettings(store), {
    'card-lag': String(config.CARD_EDIT_LAG),
    'archive-after': String(config.ARCHIVE_AFTER),
  });
  const fresh = withoutKnownSettings(plan, preferences);
  if (!dryRun) {
    sessions.tx(() => {
      for (const session of fresh.sessions) sessions.put(session.id, sessionRow(session));
      for (const { user, key, value } of fresh.preferences.settings) preferences.atFirst(user, key, value);
    });
  }
  return fresh;
}

/** A setting that was made here, or imported before, stays. */
function withoutKnownSettings(plan: Plan, preferences: Preferences): Plan {
  const settings = plan.preferences.settings.filter(({ user, key }) => !preferences.isSet(user, key));
  return { ...plan, preferences: { ...plan.preferences, settings } };
}

/** The transcripts that no file of the old state names, by the agents' own session ids: the agents know them. */
async function findTranscripts(
  agents: ReadonlyMap<string, RegisteredAgent>,
  old: OldState,
  home: string,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const { workdir, agentSession, backend } of old.sessions) {
    if (workdir === '' || old.transcripts.has(agentSession)) continue;
    const earlier = await agents.get(backend)?.agent.earlier?.(home, workdir, EARLIER_MAX);
    for (const { sessionId, transcriptPath } of earlier ?? []) found.set(sessionId, transcriptPath);
  }
  return found;
}

/** Agents without settings run any command: they have no sessions of their own. */
function importableAgents(
  agents: ReadonlyMap<string, RegisteredAgent>,
): ReadonlyMap<string, { title: string }> {
  const importable = [...agents].filter(([, { kind }]) => kind.settings !== null);
  return new Map(importable.map(([id, { agent }]) => [id, { title: agent.title }]));
}

/** Skips an unreadable session: the worker logs it and leaves it where it is. */
function readSession(body: string): Session[] {
  const parsed = parseSession(body);
  return parsed.ok ? [parsed.session] : [];
}
