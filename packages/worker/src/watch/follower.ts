import type { Agent, TranscriptReader } from '../agents/agent';
import type { SessionEvent } from '../sessions/events';
import type { SessionInput } from '../sessions/machine/model';
import type { Session } from '../sessions/model';
import type { PromptAuthors } from '../prompts/model';
import type { TailMarks } from './model';
import { matchPrompt, type Prompt, type PromptQueue } from '../prompts/model';

/** A running tail of one file. */
export interface Tail {
  /** Resolves when all that was in the file at the call has been handed over. */
  caughtUp(): Promise<void>;
  stop(): void;
}

/** What the follower is given. */
export interface FollowerDeps {
  /** Tails `path` from the byte offset `from`; `onLines` gets whole lines and the offset behind the last of them; `holdMs` tells how long lines may be held to be read together. */
  tail(options: {
    path: string;
    from: number;
    holdMs?(): number;
    onLines(lines: readonly string[], offset: number): void;
    onRestart(reason: string): void;
  }): Tail;
  /** Where in a transcript met for the first time the records from `at` on begin. */
  offsetAt(path: string, at: number): Promise<number>;
  marks: TailMarks;
  prompts: PromptQueue;
  authors: Pick<PromptAuthors, 'record'>;
  agentOf(session: Session): Agent;
  session(id: string): Session | undefined;
  /** Whether a person writes to the session now, and so has its card before them. */
  watched(id: string): boolean;
  dispatch(id: string, inputs: readonly SessionInput[], also?: () => void): void;
  /** Part of the transaction in which the agent is seen to have a prompt; `queued`: behind the turn that runs. */
  onConfirmed(prompt: Prompt, queued: boolean): void;
  /** The agent has begun with a prompt that it had in its queue. */
  onBegun(prompt: Prompt): void;
  now(): number;
  log(level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void;
}

/** Reads the transcripts of live sessions as they grow. */
export interface Follower {
  /** Follows the session's transcript from where it was left, or, when it is new, from the moment `at`. Replaces what was followed before. */
  follow(session: Session, at: number): void;
  /** Marks a prompt as taken by the agent, on the word of a hook. */
  confirm(session: string, prompt: string): void;
  /** Marks a prompt as taken by the agent, on what its screen tells. */
  taken(prompt: Prompt): void;
  release(id: string): void;
  /** Resolves when every transcript has been read up to its present end. */
  caughtUp(): Promise<void>;
  /** Lines read since the start. */
  lines(): number;
  stop(): void;
}

interface Followed {
  path: string;
  stopped: boolean;
  tail?: Promise<Tail>;
}

/**
 * What a session writes that nobody looks at is read this often at the most, ms: its state is kept with every reading,
 * and what it costs would hold up the lines of the session that somebody does look at.
 */
const UNWATCHED_MS = 250;

/** How many prompts that an agent had are looked through for one that its transcript tells of. */
const RECENT = 5;

/** Makes the follower; it follows nothing yet. */
export function createFollower(deps: FollowerDeps): Follower {
  const followed = new Map<string, Followed>();
  /** Prompts in the queues of agents. */
  const queued = new Set<number>();
  let lineCount = 0;

  function release(id: string): void {
    const old = followed.get(id);
    if (old === undefined) return;
    old.stopped = true;
    followed.delete(id);
    void old.tail?.then((tail) => tail.stop());
  }

  async function start(session: Session, path: string, at: number, own: Followed): Promise<Tail> {
    const mark = deps.marks.get(session.id);
    const from = mark?.path === path ? mark.offset : await deps.offsetAt(path, at);
    let reader: TranscriptReader = deps.agentOf(session).reader();
    /** What lines told that were not taken for want of room: they come again, and a reader reads each once. */
    let ahead: (readonly SessionEvent[])[] = [];
    return deps.tail({
      path,
      from,
      holdMs: () => (deps.watched(session.id) ? 0 : UNWATCHED_MS),
      onLines(lines, offset) {
        if (own.stopped) return;
        for (const line of lines.slice(ahead.length)) ahead.push(reader.read(line));
        handOver(session.id, path, ahead.slice(0, lines.length).flat(), () =>
          deps.marks.put(session.id, { path, offset }),
        );
        ahead = ahead.slice(lines.length);
        lineCount += lines.length;
      },
      onRestart(reason) {
        deps.log('warn', 'a transcript was replaced or cut; read again from its start', {
          session: session.id,
          reason,
        });
        reader = deps.agentOf(session).reader();
        ahead = [];
      },
    });
  }

  /** State, views and offset in one transaction: a crash before it reads the lines again, a crash after it never does. */
  function handOver(id: string, path: string, events: readonly SessionEvent[], mark: () => void): void {
    const open = deps.prompts.ofSession(id, ['typing', 'typed']);
    const confirmed: Prompt[] = [];
    const begun: Prompt[] = [];
    const asked: { at: number; chatId: number }[] = [];
    // Only what is committed counts: the same lines may come again.
    const inQueue = new Set(queued);
    const inputs = events.map((event): SessionInput => {
      const at = deps.now();
      if (event.type !== 'turn.started' && event.type !== 'prompt.taken')
        return { type: 'observed', at, event };
      const prompt = matchPrompt(
        event.prompt,
        open.filter((p) => !confirmed.includes(p)),
      );
      const known = prompt ?? matchPrompt(event.prompt, [...had(id, inQueue), ...confirmed]);
      if (prompt !== undefined) confirmed.push(prompt);
      if (known !== undefined) asked.push({ at: event.at, chatId: known.chatId });
      if (known !== undefined && event.type === 'prompt.taken' && event.queued === true)
        inQueue.add(known.id);
      else if (known !== undefined && inQueue.delete(known.id)) begun.push(known);
      return {
        type: 'observed',
        at,
        event,
        ...(known === undefined ? {} : { replyTo: known.messageId, by: known.chatId }),
      };
    });
    deps.dispatch(id, inputs, () => {
      mark();
      for (const { at, chatId } of asked) deps.authors.record(path, at, chatId);
      for (const prompt of confirmed) markConfirmed(prompt, inQueue.has(prompt.id));
    });
    for (const { id } of begun) queued.delete(id);
    for (const id of inQueue) queued.add(id);
    for (const prompt of begun) if (!confirmed.includes(prompt)) deps.onBegun(prompt);
  }

  /** What the agent was seen to have: all that stands in its queue, however much that is, and the last few of the rest. */
  function had(id: string, inQueue: ReadonlySet<number>): Prompt[] {
    const confirmed = deps.prompts.ofSession(id, ['confirmed']);
    return confirmed.filter((p, i) => inQueue.has(p.id) || i >= confirmed.length - RECENT);
  }

  function markConfirmed(prompt: Prompt, inQueue: boolean): void {
    deps.prompts.mark(prompt.id, 'confirmed', deps.now());
    deps.onConfirmed(prompt, inQueue);
  }

  return {
    follow(session, at) {
      const path = session.binding?.transcriptPath;
      if (path === undefined || followed.get(session.id)?.path === path) return;
      release(session.id);
      const own: Followed = { path, stopped: false };
      own.tail = start(session, path, at, own);
      own.tail.catch((error: unknown) =>
        deps.log('error', 'a transcript cannot be followed', {
          session: session.id,
          path,
          error: String(error),
        }),
      );
      followed.set(session.id, own);
    },
    confirm(id, text) {
      const prompt = matchPrompt(text, deps.prompts.ofSession(id, ['typing', 'typed']));
      if (prompt === undefined) return;
      const inQueue = deps.session(id)?.card.phase === 'working';
      if (inQueue) queued.add(prompt.id);
      deps.dispatch(id, [], () => markConfirmed(prompt, inQueue));
    },
    taken(prompt) {
      deps.dispatch(prompt.session, [], () => markConfirmed(prompt, false));
    },
    release,
    async caughtUp() {
      await Promise.all([...followed.values()].map(async (f) => (await f.tail)?.caughtUp()));
    },
    lines: () => lineCount,
    stop() {
      for (const id of [...followed.keys()]) release(id);
    },
  };
}
