import { reasonOf } from '@ccbot/shared/faults/fault';
import type { RequestContent } from '../../agents/model';
import type { RequestPort } from '../../agents/request';
import type { RequestService, RequestPeer } from './service';
import { parseRequest, parseTaken, type RequestLine } from './line';
import { newCopy, type AgentRequest } from './model';
import { noAnswers } from './questions';

/** The other end of a hook's connection. */
export interface Line {
  reply(line: Readonly<Record<string, unknown>>): void;
  hold(): void;
  end(): void;
  onGone(listener: () => void): void;
}

/** The session that a request belongs to. */
export interface RequestingSession {
  id: string;
  name: string;
}

/** What taking requests needs. */
export interface RequestIntakeDeps {
  keeper: RequestService;
  /** The live session whose agent asks; null: ccbot does not know it. */
  sessionOf(line: { ccbotSession?: string | undefined; sessionId: string }): RequestingSession | null;
  portOf(session: string): RequestPort | null;
  /** The lines that would change in a file. */
  previewOf(request: RequestContent): Promise<string | undefined>;
  /** The chats that a request of a session is put before. */
  responders(session: string): readonly number[];
  /** Whether the person's rule allows the session everything now. */
  allows(session: string, at: number): boolean;
  now(): number;
  log(level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void;
}

/** Takes what hooks say on the worker's socket, by kind. False: not understood. */
export interface RequestIntake {
  ask(raw: unknown, line: Line): boolean;
  taken(raw: unknown): boolean;
}

/**
 * Takes the agents' requests. One of a session that ccbot does not know, or that asks nothing, is let go at once: its
 * hook prints nothing, and the agent's own dialog is all there is.
 */
export function createRequestIntake(deps: RequestIntakeDeps): RequestIntake {
  const { keeper } = deps;
  /** Requests whose file is being looked at. */
  const coming = new Set<string>();

  function take(asked: RequestLine, line: Line): void {
    const letGo = (): void => {
      line.reply({ v: 1, kind: 'answer', out: '' });
      line.end();
    };
    const peer: RequestPeer = {
      answer: (out) => line.reply({ v: 1, kind: 'answer', out }),
    };
    const sessionId = asked.payload.session_id;
    const session = deps.sessionOf({ ccbotSession: asked.ccbotSession, sessionId });
    const known = keeper.byRequest(asked.request);
    if (known !== undefined) {
      waits(line);
      keeper.attach(known, peer);
      line.onGone(() => keeper.detach(known.id, peer));
      return;
    }
    const request = session === null ? null : (deps.portOf(session.id)?.read(asked.payload) ?? null);
    if (session === null || request === null || coming.has(asked.request)) return letGo();
    let gone = false;
    line.onGone(() => (gone = true));
    waits(line);
    coming.add(asked.request);
    deps
      .previewOf(request)
      .then((diff) => {
        if (!gone) begin(asked, session, request, diff);
      })
      .catch((error: unknown) => {
        // A full disk: the dialog at the terminal is all there is then.
        deps.log('warn', 'a request could not be taken', { session: session.id, reason: reasonOf(error) });
        letGo();
      })
      .finally(() => coming.delete(asked.request));

    function begin(
      of: RequestLine,
      from: RequestingSession,
      what: RequestContent,
      diff: string | undefined,
    ): void {
      const at = deps.now();
      const unseen = what.what.kind === 'permission' && deps.allows(from.id, at);
      const fresh: AgentRequest = {
        id: 0,
        request: of.request,
        session: from.id,
        copies: deps.responders(from.id).map(newCopy),
        name: from.name,
        at: of.at,
        asked: what,
        ...(diff === undefined ? {} : { diff }),
        phase: 'open',
        attached: true,
        ...(what.what.kind === 'questions' ? { answers: noAnswers(what.what.questions) } : {}),
        touchedAt: at,
        reminded: false,
        ...(unseen ? { unseen } : {}),
      };
      keeper.add(fresh, peer);
      const { id } = keeper.byRequest(of.request) ?? fresh;
      line.onGone(() => keeper.detach(id, peer));
    }
  }

  return {
    ask(raw, line) {
      const asked = parseRequest(raw);
      if (asked === null) return false;
      take(asked, line);
      return true;
    },
    taken(raw) {
      const request = parseTaken(raw);
      if (request === null) return false;
      const ask = keeper.byRequest(request);
      if (ask !== undefined) keeper.input(ask.id, { type: 'taken', at: deps.now() });
      return true;
    },
  };
}

/** The hook knows then that it has somebody to come back to. */
function waits(line: Line): void {
  line.hold();
  line.reply({ v: 1, kind: 'waiting' });
}
