import { timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { MediaKind } from '../telegram/model';
import type { SandboxState } from '../telegram/state';
import { LIMITS } from '../telegram/strict';
import { act, NoSuchAction, personOf, type Stage } from './act';
import { stream } from './live';
import { snapshot } from './snapshot';

/** What the chat page is made from. */
export interface ChatPageOptions {
  /** First step of the page's path: who does not know it gets nothing. */
  secret: string;
  /** Where page.html, page.css and page.js lie. */
  assets: string;
  state: SandboxState;
  stage: Stage;
  now(): number;
}

/** The most bytes of an action. */
const ACTION_MAX = 1_000_000;

const ASSETS: Readonly<Record<string, { file: string; type: string }>> = {
  '': { file: 'page.html', type: 'text/html; charset=utf-8' },
  'page.css': { file: 'page.css', type: 'text/css; charset=utf-8' },
  'page.js': { file: 'page.js', type: 'text/javascript; charset=utf-8' },
};

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; media-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** Kinds of files that the page may show; every other one is only ever saved. */
const SHOWN = /^(?:image\/(?:png|jpeg|gif|webp)|audio\/[\w.+-]+|video\/[\w.+-]+)$/;

/** An answer that is not what was asked for. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    words: string,
  ) {
    super(words);
  }
}

/** Serves the chat page; the function answers true for requests that were its own. */
export function createChatPage(
  options: ChatPageOptions,
): (req: IncomingMessage, res: ServerResponse) => boolean {
  return (req, res) => {
    const [path = '', query = ''] = (req.url ?? '').split('?');
    const [, secret = '', what = ''] = /^\/([^/]+)\/(.*)$/.exec(path) ?? [];
    if (!equal(secret, options.secret)) return false;
    serve(req, res, what, new URLSearchParams(query)).catch((error: unknown) => {
      req.resume();
      if (error instanceof Refusal) end(res, error.status, 'text/plain', error.message);
      else if (error instanceof NoSuchAction) end(res, 400, 'text/plain', error.message);
      else end(res, 500, 'text/plain', String(error));
    });
    return true;
  };

  async function serve(
    req: IncomingMessage,
    res: ServerResponse,
    what: string,
    query: URLSearchParams,
  ): Promise<void> {
    onlyFromHere(req);
    const asset = Object.hasOwn(ASSETS, what) ? ASSETS[what] : undefined;
    if (req.method === 'GET' && what === 'events') {
      res.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream' });
      return stream(options.state, () => snapshot(options.state, options.stage.people, options.now()), res);
    }
    if (req.method === 'GET' && asset !== undefined)
      return end(res, 200, asset.type, readFileSync(join(options.assets, asset.file)));
    if (req.method === 'GET' && what.startsWith('file/')) return sendFile(res, what.slice('file/'.length));
    if (req.method === 'POST' && what === 'act') {
      if (!/^application\/json\b/.test(req.headers['content-type'] ?? ''))
        throw new Refusal(415, 'An action is JSON.');
      const body = await read(req, ACTION_MAX);
      return end(res, 200, 'application/json', JSON.stringify(act(options.stage, body.toString('utf8'))));
    }
    if (req.method === 'POST' && what === 'upload') return upload(req, res, query);
    throw new Refusal(404, 'Not found.');
  }

  async function upload(req: IncomingMessage, res: ServerResponse, query: URLSearchParams): Promise<void> {
    const person = personOf(options.stage, query.get('who') ?? '');
    const bytes = await read(req, LIMITS.upload);
    if (bytes.length === 0) throw new Refusal(400, 'The file is empty.');
    const mime = /^[\w.+-]+\/[\w.+-]+$/.exec(query.get('mime') ?? '')?.[0] ?? 'application/octet-stream';
    const name = (query.get('name') ?? '').replace(/[\p{Cc}/\\]/gu, '').slice(0, 200) || 'file';
    const caption = (query.get('caption') ?? '').toWellFormed().trim().slice(0, LIMITS.caption);
    const album = /^\d{1,20}$/.exec(query.get('album') ?? '')?.[0];
    const id = person.upload(
      { name, mime, bytes },
      {
        caption,
        as: kindOf(mime, bytes.length, query.get('as')),
        ...(album === undefined ? {} : { mediaGroupId: album }),
      },
    );
    end(res, 200, 'application/json', JSON.stringify({ message: id }));
  }

  function sendFile(res: ServerResponse, id: string): void {
    const file = options.state.files.get(id);
    if (file === undefined) throw new Refusal(404, 'No such file.');
    const shown = SHOWN.test(file.mime);
    res.writeHead(200, {
      ...HEADERS,
      'content-security-policy': "default-src 'none'; sandbox",
      'content-type': shown ? file.mime : 'application/octet-stream',
      'content-length': file.bytes.length,
      'content-disposition': `${shown ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    });
    res.end(file.bytes);
  }
}

/** A page of another site could point a name of its own at this address, or send a form here: only ours may ask. */
function onlyFromHere(req: IncomingMessage): void {
  const { host = '', origin } = req.headers;
  const port = req.socket.localPort;
  const known = host === `127.0.0.1:${port}` || host === `localhost:${port}`;
  const site = req.headers['sec-fetch-site'];
  const foreign =
    (origin !== undefined && origin !== `http://${host}`) ||
    (site !== undefined && site !== 'same-origin' && site !== 'none');
  if (!known || foreign) throw new Refusal(403, 'This page is for this machine only.');
}

function equal(a: string, b: string): boolean {
  const [given, wanted] = [Buffer.from(a), Buffer.from(b)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function read(req: IncomingMessage, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= most) chunks.push(chunk); // what is too much is read on, so that the answer can be
  }
  if (length > most) throw new Refusal(413, 'That is more than Telegram takes.');
  return Buffer.concat(chunks);
}

/** What a phone makes of a file that is picked. */
function kindOf(mime: string, size: number, asked: string | null): MediaKind {
  if (asked === 'document' || size > LIMITS.photo) return 'document';
  if (asked === 'voice' && mime.startsWith('audio/')) return 'voice';
  if (/^image\/(?:png|jpeg|webp)$/.test(mime)) return 'photo';
  if (mime.startsWith('audio/')) return 'audio';
  return mime.startsWith('video/') ? 'video' : 'document';
}

function end(res: ServerResponse, status: number, type: string, body: string | Buffer): void {
  if (!res.headersSent) res.writeHead(status, { ...HEADERS, 'content-type': type });
  res.end(body);
}
