import { connect } from 'node:net';
import type { AnswerLine, AskLine, TakenLine, WaitingLine } from '@ccbot/shared/protocol/hook';

/** How long a worker may take to say that it has taken the request, ms. One that says nothing is as good as none. */
const ACCEPT_MS = 3_000;

/** How long a worker that went away after it had taken the request is waited for, ms: a restart takes a second or two. */
export const RETURN_MS = 60_000;

/** Time between two tries to find it again, ms. */
const RETRY_MS = 100;

/** Where the answer goes, and who is asked. */
export interface AskDeps {
  /** The worker's socket. */
  socket: string;
  /** Takes the decision on to the agent; resolves when it is written. */
  print(out: string): Promise<void>;
  /** Milliseconds of a clock that is never set. */
  now(): number;
}

/** What came of one connection. */
type Call = 'answered' | 'refused' | 'broken';

/**
 * Asks the person through the worker, and waits for the answer however long it takes. Resolves at once, with nothing
 * printed, when there is no worker or it does not know the session: the agent's own dialog is all there is then. A
 * worker that is restarted meanwhile is found again, for up to {@link RETURN_MS}. The agent ends a hook whose
 * dialog was left; the connection tells the worker.
 */
export async function askPerson(line: AskLine, deps: AskDeps): Promise<void> {
  let lostAt: number | null = null;
  for (;;) {
    const call = await callWorker(line, deps);
    if (call === 'answered') return;
    if (call === 'broken') lostAt = deps.now();
    // Refused at the first call: no worker. Later: it is on its way back, or stays away.
    if (lostAt === null || deps.now() - lostAt > RETURN_MS) return;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

/** One connection: `broken` is one that ended after the worker had taken the request and before it answered. */
function callWorker(line: AskLine, deps: AskDeps): Promise<Call> {
  return new Promise((resolve) => {
    const end = connect(deps.socket);
    let text = '';
    let taken = false;
    let answering = false;
    const patience = setTimeout(() => end.destroy(), ACCEPT_MS);
    const over = (call: Call): void => {
      clearTimeout(patience);
      end.destroy();
      resolve(call);
    };
    end.setEncoding('utf8');
    end.on('error', () => undefined); // `close` follows, and decides
    end.on('close', () => {
      if (!answering) over(taken ? 'broken' : 'refused');
    });
    end.on('connect', () => end.write(`${JSON.stringify(line)}\n`));
    end.on('data', (chunk: string) => {
      text += chunk;
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const one of lines) {
        const said = lineOf(one);
        if (said?.kind === 'waiting') {
          taken = true;
          clearTimeout(patience);
        } else if (said?.kind === 'answer' && !answering) {
          answering = true;
          void handOver(said.out);
        }
      }
    });

    /** First to the agent, then word of it to the worker: never the other way round. */
    async function handOver(out: string): Promise<void> {
      if (out !== '') await deps.print(out);
      const word: TakenLine = { v: 1, kind: 'taken', request: line.request };
      end.end(`${JSON.stringify(word)}\n`, () => over('answered'));
      end.on('close', () => over('answered'));
    }
  });
}

function lineOf(text: string): WaitingLine | AnswerLine | null {
  try {
    const line = JSON.parse(text) as Partial<WaitingLine | AnswerLine> | null;
    if (line?.v !== 1) return null;
    if (line.kind === 'waiting') return { v: 1, kind: 'waiting' };
    return line.kind === 'answer' && typeof line.out === 'string' ? (line as AnswerLine) : null;
  } catch {
    return null; // garbage: whoever speaks so is no worker of ours
  }
}
