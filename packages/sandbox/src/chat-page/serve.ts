import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Person } from '../telegram/person';
import type { SandboxState } from '../telegram/state';
import { snapshot } from './snapshot';

/** What the chat page is made from. */
export interface ChatPageOptions {
  /** First step of the page's path: who does not know it gets nothing. */
  secret: string;
  /** Where page.html, page.css and page.js lie. */
  assets: string;
  state: SandboxState;
  people: Readonly<Record<string, Person>>;
  now(): number;
}

/** The most bytes of a request from the page. */
const BODY_MAX = 100_000;

/** Changes within this time, ms, are sent together: a screen shows 60 pictures a second. */
const BATCH_MS = 16;

const TYPES: Readonly<Record<string, string>> = {
  '': 'text/html; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
};

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** Serves the chat page; the function answers true for requests that were its own. */
export function createChatPage(
  options: ChatPageOptions,
): (req: IncomingMessage, res: ServerResponse) => boolean {
  const base = `/${options.secret}/`;

  return (req, res) => {
    const path = (req.url ?? '').split('?')[0] ?? '';
    if (!path.startsWith(base)) return false;
    // A page of another site could point a name of its own at this address: only ours may ask.
    const host = req.headers.host ?? '';
    const origin = req.headers.origin;
    if (
      !/^(?:127\.0\.0\.1|localhost):\d+$/.test(host) ||
      (origin !== undefined && origin !== `http://${host}`)
    ) {
      return end(res, 403, 'text/plain', 'This page is for this machine only.');
    }
    const what = path.slice(base.length);
    if (req.method === 'GET' && what === 'events') return events(req, res);
    if (req.method === 'GET' && what in TYPES) {
      const file = join(options.assets, what === '' ? 'page.html' : what);
      return end(res, 200, TYPES[what] ?? 'text/plain', readFileSync(file, 'utf8'));
    }
    if (req.method === 'POST' && (what === 'say' || what === 'tap')) {
      act(what, req, res).catch((error: unknown) => end(res, 400, 'text/plain', String(error)));
      return true;
    }
    return end(res, 404, 'text/plain', 'Not found.');
  };

  function events(req: IncomingMessage, res: ServerResponse): true {
    res.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream' });
    let timer: NodeJS.Timeout | undefined;
    const send = (): void => {
      timer = undefined;
      res.write(`data: ${JSON.stringify(snapshot(options.state, options.people, options.now()))}\n\n`);
    };
    const changed = (): void => {
      timer ??= setTimeout(send, BATCH_MS);
    };
    send();
    options.state.changed.on('change', changed);
    req.on('close', () => {
      clearTimeout(timer);
      options.state.changed.off('change', changed);
    });
    return true;
  }

  async function act(what: 'say' | 'tap', req: IncomingMessage, res: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of req as AsyncIterable<Buffer>) {
      text += chunk.toString('utf8');
      if (text.length > BODY_MAX) throw new Error('too long');
    }
    const body = JSON.parse(text) as {
      who?: string;
      text?: string;
      data?: string;
      message?: number;
      replyTo?: number;
    };
    const person = options.people[body.who ?? ''];
    if (person === undefined) throw new Error('nobody of that name');
    if (what === 'say') {
      for (const part of split(String(body.text ?? ''))) {
        person.say(part, body.replyTo === undefined ? {} : { replyTo: Number(body.replyTo) });
      }
      end(res, 200, 'application/json', '{}');
    } else {
      const query = person.tap(String(body.data ?? ''), Number(body.message));
      end(res, 200, 'application/json', JSON.stringify({ query }));
    }
  }
}

/** Telegram's own clients split a text of more than 4,096 UTF-16 units. */
function split(text: string): string[] {
  const trimmed = text.trim();
  const parts: string[] = [];
  for (let at = 0; at < trimmed.length; at += 4096) parts.push(trimmed.slice(at, at + 4096));
  return parts;
}

function end(res: ServerResponse, status: number, type: string, body: string): true {
  if (!res.headersSent) res.writeHead(status, { ...HEADERS, 'content-type': type });
  res.end(body);
  return true;
}
