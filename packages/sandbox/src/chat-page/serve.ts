import { timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { MediaKind } from '../telegram/model';
import type { SandboxState } from '../telegram/state';
import { LIMITS } from '../telegram/strict';
import { act, BadAction, personNamed, type Stage } from './act';
import { stream } from './live';
import { snapshot } from './snapshot';

export interface ChatPageOptions {
  /** First segment of the page's path. Requests without it get nothing. */
  secret: string;
  /** Directory of page.html, page.css and page.js. */
  assets: string;
  state: SandboxState;
  stage: Stage;
  now(): number;
}

/** Largest action, bytes. */
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

/** Types of files that the page may show; any other file is only downloaded. */
const SHOWN = /^(?:image\/(?:png|jpeg|gif|webp)|audio\/[\w.+-]+|video\/[\w.+-]+)$/;

/** An error answer with its status. The message is shown to the user. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Serves the chat page. The returned function answers true for requests to the page. */
export function createChatPage(
  options: ChatPageOptions,
): (req: IncomingMessage, res: ServerResponse) => boolean {
  return (req, res) => {
    const [path = '', query = ''] = (req.url ?? '').split('?');
    const [, secret = '', target = ''] = /^\/([^/]+)\/(.*)$/.exec(path) ?? [];
    if (!isEqual(secret, options.secret)) return false;
    serve(options, req, res, target, new URLSearchParams(query)).catch((error: unknown) => {
      req.resume();
      if (error instanceof Refusal) end(res, error.status, 'text/plain', error.message);
      else if (error instanceof BadAction) end(res, 400, 'text/plain', error.message);
      else end(res, 500, 'text/plain', String(error));
    });
    return true;
  };
}

/** `target`: the path after the secret. */
async function serve(
  options: ChatPageOptions,
  req: IncomingMessage,
  res: ServerResponse,
  target: string,
  query: URLSearchParams,
): Promise<void> {
  checkOrigin(req);
  const asset = Object.hasOwn(ASSETS, target) ? ASSETS[target] : undefined;
  if (req.method === 'GET' && target === 'events') {
    res.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream' });
    return stream(options.state, () => snapshot(options.state, options.stage.people, options.now()), res);
  }
  if (req.method === 'GET' && asset !== undefined)
    return end(res, 200, asset.type, readFileSync(join(options.assets, asset.file)));
  if (req.method === 'GET' && target.startsWith('file/'))
    return sendFile(options, res, target.slice('file/'.length));
  if (req.method === 'POST' && target === 'act') return runAction(options, req, res);
  if (req.method === 'POST' && target === 'upload') return upload(options, req, res, query);
  throw new Refusal(404, 'Not found.');
}

async function runAction(options: ChatPageOptions, req: IncomingMessage, res: ServerResponse): Promise<void> {
  if (!/^application\/json\b/.test(req.headers['content-type'] ?? ''))
    throw new Refusal(415, 'An action must be JSON.');
  const body = await read(req, ACTION_MAX);
  end(res, 200, 'application/json', JSON.stringify(act(options.stage, body.toString('utf8'))));
}

async function upload(
  options: ChatPageOptions,
  req: IncomingMessage,
  res: ServerResponse,
  query: URLSearchParams,
): Promise<void> {
  const person = personNamed(options.stage, query.get('person') ?? '');
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

function sendFile({ state }: ChatPageOptions, res: ServerResponse, id: string): void {
  const file = state.files.get(id);
  if (file === undefined) throw new Refusal(404, 'No such file.');
  const isShown = SHOWN.test(file.mime);
  res.writeHead(200, {
    ...HEADERS,
    'content-security-policy': "default-src 'none'; sandbox",
    'content-type': isShown ? file.mime : 'application/octet-stream',
    'content-length': file.bytes.length,
    'content-disposition': `${isShown ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(file.name)}`,
  });
  res.end(file.bytes);
}

/** Refuses requests of other sites, which could resolve their own name to this address or post a form here. */
function checkOrigin(req: IncomingMessage): void {
  const { host = '', origin } = req.headers;
  const port = req.socket.localPort;
  const isLocal = host === `127.0.0.1:${port}` || host === `localhost:${port}`;
  const site = req.headers['sec-fetch-site'];
  const isForeign =
    (origin !== undefined && origin !== `http://${host}`) ||
    (site !== undefined && site !== 'same-origin' && site !== 'none');
  if (!isLocal || isForeign) throw new Refusal(403, 'This page is available on this machine only.');
}

function isEqual(given: string, wanted: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(wanted);
  return a.length === b.length && timingSafeEqual(a, b);
}

async function read(req: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= limit) chunks.push(chunk); // the rest is still read, so that the client gets the answer
  }
  if (length > limit) throw new Refusal(413, 'Telegram does not accept files of this size.');
  return Buffer.concat(chunks);
}

/** The kind of message that a phone sends for a file. */
function kindOf(mime: string, size: number, requested: string | null): MediaKind {
  if (requested === 'document' || size > LIMITS.photo) return 'document';
  if (requested === 'voice' && mime.startsWith('audio/')) return 'voice';
  if (/^image\/(?:png|jpeg|webp)$/.test(mime)) return 'photo';
  if (mime.startsWith('audio/')) return 'audio';
  return mime.startsWith('video/') ? 'video' : 'document';
}

function end(res: ServerResponse, status: number, type: string, body: string | Buffer): void {
  if (!res.headersSent) res.writeHead(status, { ...HEADERS, 'content-type': type });
  res.end(body);
}
