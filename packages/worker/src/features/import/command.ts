import { existsSync } from 'node:fs';
import { faultText, FaultError, type Fault } from '@ccbot/shared/faults/fault';
import { ensureDirectories } from '@ccbot/shared/config/paths';
import type { Loaded } from '@ccbot/shared/config/load';
import { acquireLock } from '@ccbot/shared/lock/flock';
import { holderOfThisProcess } from '@ccbot/shared/lock/holder';
import { EXIT } from '@ccbot/shared/protocol/exit-codes';
import { createAgents } from '../../agents/registry';
import type { Session } from '../../sessions/model';
import { parseSession, sessionRow } from '../../sessions/rows';
import { createPreferences } from '../../chat/preferences';
import { openStore } from '../../store/open';
import { createSessionStore } from '../../sessions/store';
import { createSettings } from '../../store/settings';
import { readOldState, type OldSession } from './old-state';
import { planImport, type Plan } from './plan';

/** What `ccbot import` is given. */
export interface ImportCommandDeps {
  loaded: Loaded;
  /** Where the Python ccbot keeps its state; null: in `CCBOT_DIR`. */
  from: string | null;
  /** Only say what would be brought over. */
  dryRun: boolean;
  json: boolean;
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  version: string;
  out: NodeJS.WritableStream;
  err: NodeJS.WritableStream;
  now(): number;
}

/**
 * Brings the sessions of the Python ccbot over: its files are only read, and what is here already is left alone, so
 * that it may run twice. Both bots' locks are held meanwhile, as neither may run. Exit codes: 0, also when there is
 * nothing new; 1 when one of them runs, or the state cannot be read; 78 for wrong settings.
 */
export async function importCommand(deps: ImportCommandDeps): Promise<number> {
  const { loaded } = deps;
  const refuse = (...faults: Fault[]): number => {
    for (const one of faults) deps.err.write(`ccbot: ${faultText(one)}\n`);
    return faults[0]?.exit ?? EXIT.config;
  };
  if (!loaded.ok) return refuse(...loaded.faults);
  const { paths, config } = loaded;
  const trouble = ensureDirectories(paths);
  if (trouble !== null) return refuse(trouble);
  const from = deps.from ?? paths.dir;
  const locks = [...new Set([paths.lock, `${from}/ccbot.lock`])].filter(
    (path) => path === paths.lock || existsSync(path),
  );
  const held = [];
  try {
    for (const path of locks) {
      const lock = acquireLock(path, holderOfThisProcess(deps.version, from, deps.now(), 'command'));
      if (!lock.ok) return refuse(lock.fault);
      held.push(lock.lock);
    }
    const old = readOldState(from);
    const store = openStore(paths.db, deps.now);
    try {
      const sessions = createSessionStore(store);
      const known = sessions.all().flatMap(({ body }) => readSession(body));
      const agents = createAgents(deps.env);
      const people = config.ALLOWED_USERS;
      const found = new Map<string, string>();
      for (const one of old.sessions) {
        if (one.workdir === '' || old.transcripts.has(one.agentSession)) continue;
        const kept = await agents.get(one.backend)?.agent.earlier?.(deps.home, one.workdir, MOST_EARLIER);
        for (const { sessionId, transcriptPath } of kept ?? []) found.set(sessionId, transcriptPath);
      }
      const plan = planImport({
        ...{ old, known, people, now: deps.now() },
        agents: new Map(
          [...agents].flatMap(([id, { agent, kind }]) =>
            kind.settings === null ? [] : [[id, { title: agent.title }] as const],
          ),
        ),
        transcriptOf: (session: OldSession) => found.get(session.agentSession) ?? null,
      });
      const preferences = createPreferences(createSettings(store), {
        'card-lag': String(config.CARD_EDIT_LAG),
        'archive-after': String(config.ARCHIVE_AFTER),
      });
      // What was set here meanwhile, or brought over before, holds.
      const fresh = plan.preferences.settings.filter(({ user, key }) => !preferences.isSet(user, key));
      if (!deps.dryRun) {
        sessions.tx(() => {
          for (const session of plan.sessions) sessions.put(session.id, sessionRow(session));
          for (const { user, key, value } of fresh) preferences.atFirst(user, key, value);
        });
      }
      report(deps, { ...plan, preferences: { ...plan.preferences, settings: fresh } }, old.unreadable);
      return EXIT.ok;
    } finally {
      store.close();
    }
  } catch (error) {
    if (error instanceof FaultError) return refuse(error.fault);
    throw error;
  } finally {
    for (const lock of held) lock.release();
  }
}

/** How many earlier sessions of a directory are looked through for their transcripts. */
const MOST_EARLIER = 1_000;

/** Skips a session that cannot be read: the worker logs it, and leaves it where it is. */
function readSession(body: string): Session[] {
  const parsed = parseSession(body);
  return parsed.ok ? [parsed.session] : [];
}

function report({ out, json, dryRun }: ImportCommandDeps, plan: Plan, unreadable: number): void {
  const brought = plan.sessions.map(({ id, name, cwd, agent, ended }) => ({
    id,
    name,
    agent,
    cwd,
    why: ended?.why,
  }));
  const { settings, without, wrong } = plan.preferences;
  if (json) {
    out.write(
      `${JSON.stringify({ dryRun, sessions: brought, skipped: plan.skipped, unreadable, settings, settingsWithout: without, settingsWrong: wrong })}\n`,
    );
    return;
  }
  const would = dryRun ? 'would be brought over' : 'brought over';
  out.write(`${brought.length} ${brought.length === 1 ? 'session' : 'sessions'} ${would}.\n`);
  for (const { name, cwd, why } of brought)
    out.write(`  ${name}  ${cwd}${why === 'lost' ? '  (was open)' : ''}\n`);
  for (const { name, why } of plan.skipped) out.write(`  left out: ${name} (${SAID[why]})\n`);
  if (unreadable > 0)
    out.write(`  left out: ${unreadable} that ${unreadable === 1 ? 'is' : 'are'} no session\n`);
  out.write(`${settings.length} ${settings.length === 1 ? 'setting' : 'settings'} ${would}.\n`);
  for (const { user, old, was, key, value } of settings)
    out.write(`  ${old} ${was} of ${user}: ${key} ${value}\n`);
  if (wrong.length > 0) out.write(`  left out, as their values are not understood: ${wrong.join(', ')}\n`);
  if (without.length > 0) out.write(`  left out, as ccbot has nothing of the kind: ${without.join(', ')}\n`);
  if (brought.length > 0 && !dryRun) {
    out.write(
      'They are in the archive: start ccbot, and /archive in the chat has them go on. What was open goes on in a window of its own; its old one ends then.\n',
    );
  }
}

const SAID: Readonly<Record<Plan['skipped'][number]['why'], string>> = {
  known: 'it is here already',
  'no agent session': 'its agent had not begun a session',
  'unknown agent': 'ccbot knows no such agent',
  'no transcript': 'its transcript is gone',
};
