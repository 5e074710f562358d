import { request as httpRequest, type Agent, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { redact } from '@ccbot/shared/log/redact';
import type { BotApi, SendFailure } from './api';
import { failureOf } from './failure';
import { classifyError } from '@ccbot/shared/net/classify';
import { symptomOf } from '@ccbot/shared/net/symptom';
import {
  limitsAt,
  openLocal,
  placeOf,
  PUBLIC_LIMITS,
  type LocalPlace,
  type LocalProblem,
  type LocalServer,
} from './local-files';

/** Files on the server. */
export interface FileSource {
  /** The largest file that the server may have for us, bytes. */
  readonly max: number;
  /** How long opening may take, ms: a server of one's own answers when it has fetched the whole file. */
  patienceMs(size: number | undefined): number;
  /** Opens a file by its `file_id`. The stream fails when the connection breaks. */
  open(file: WantedFile, signal: AbortSignal): Promise<FileOpened>;
}

export interface WantedFile {
  /** Telegram's `file_id`. */
  id: string;
  /** Bytes, as Telegram says. */
  size?: number;
}

export type FileOpened =
  | { ok: true; bytes: Readable; size?: number }
  | { ok: false; failure: SendFailure }
  /** The server has it on its own disk, where ccbot cannot get it. `path` is masked. */
  | { ok: false; local: LocalProblem; path: string };

export interface FileSourceOptions extends LocalServer {
  api: BotApi;
  makeAgent: () => Agent;
}

/** Opening a file of Telegram's server, ms. */
const OPEN_MS = 30_000;
/** A server of one's own gets the time that a file needs at this many bytes a second, at most {@link OPEN_MOST_MS}. */
const FETCH_BYTES_PER_S = 512 * 1024;
const OPEN_MOST_MS = 3_600_000;

interface FileState {
  readonly options: FileSourceOptions;
  readonly agent: Agent;
  readonly max: number;
}

/**
 * Files over the Bot API: `getFile`, then a download, or the file of a server on this machine. The token is part of both
 * the address and the path, but no text it returns holds it.
 */
export function createFileSource(options: FileSourceOptions): FileSource {
  const max = limitsAt(options.apiRoot).download;
  const state: FileState = { options, agent: options.makeAgent(), max };
  const patienceMs = (size = 0): number => {
    if (max === PUBLIC_LIMITS.download) return OPEN_MS;
    return Math.min(OPEN_MOST_MS, OPEN_MS + Math.ceil((size / FETCH_BYTES_PER_S) * 1_000));
  };
  return {
    max,
    patienceMs,
    async open({ id, size }, signal) {
      const described = await options.api.call<{ file_path?: unknown }>(
        'getFile',
        { file_id: id },
        { signal, timeoutMs: patienceMs(size) },
      );
      if (!described.ok) return described;
      const path = described.value.file_path;
      if (typeof path !== 'string')
        return { ok: false, failure: failureOf({ text: 'Telegram gave no path for the file' }) };
      const place = placeOf(path, options);
      return place === null ? download(state, path, signal) : openPlace(state, place, path, signal);
    },
  };
}

/** A file that the server names by a path of its own disk: read there, else downloaded if there is something to download. */
async function openPlace(
  state: FileState,
  place: LocalPlace,
  path: string,
  signal: AbortSignal,
): Promise<FileOpened> {
  const { token } = state.options;
  const masked = redact(path, [token]);
  if (place.from === 'nowhere') return { ok: false, local: 'not-trusted', path: masked };
  let problem: LocalProblem = 'absent';
  if (place.from === 'disk') {
    const opened = await openLocal(place, { token, max: state.max });
    if (opened.ok) return { ok: true, bytes: opened.file.createReadStream(), size: opened.size };
    ({ problem } = opened);
    if (problem === 'not-trusted' || problem === 'too-large')
      return { ok: false, local: problem, path: masked };
  }
  const downloaded = await download(state, place.rest, signal);
  const isRefused = !downloaded.ok && 'failure' in downloaded && downloaded.failure.kind === 'refused';
  return isRefused ? { ok: false, local: problem, path: masked } : downloaded;
}

async function download(state: FileState, path: string, signal: AbortSignal): Promise<FileOpened> {
  const { token } = state.options;
  try {
    const answer = await request(state, path, signal);
    if (answer.statusCode === 200) return { ok: true, bytes: answer };
    answer.resume();
    const status = answer.statusCode ?? 0;
    const text = `the download was answered with ${status}`;
    return { ok: false, failure: failureOf({ status, description: 'not a file', text }) };
  } catch (error) {
    const trouble = classifyError({ symptom: symptomOf(error) });
    const reason = redact(trouble.reason, [token]);
    return { ok: false, failure: failureOf({ text: reason, trouble: { ...trouble, reason } }) };
  }
}

function request({ options, agent }: FileState, path: string, signal: AbortSignal): Promise<IncomingMessage> {
  const root = options.apiRoot.replace(/\/$/, '');
  const steps = path.split('/').map(encodeURIComponent).join('/');
  const url = new URL(`${root}/file/bot${options.token}/${steps}`);
  const make = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    make(url, { agent, signal }, resolve).on('error', reject).end();
  });
}
