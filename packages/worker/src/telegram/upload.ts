import { parseJson } from '@ccbot/shared/protocol/json';
import type { ApiResult, SendFailure } from './api';
import { apiAnswer } from './call';
import { failureOf, type RawFailure } from './failure';
import type { UploadAnswer, UploadClient } from './upload-client';
import { openUploads, UnreadableFile, type Uploads } from './uploads';

/** Calls Bot API methods with files. */
export interface Uploader {
  call<T>(method: string, payload: Record<string, unknown>, signal: AbortSignal): Promise<ApiResult<T>>;
  /** The next call opens a new connection. Does not disturb a running call. */
  rebuild(): void;
}

export interface UploaderOptions {
  token: string;
  /** Ends with a slash. */
  apiRoot: string;
  /** Empty: no proxy. */
  proxyUrl: string;
  /** What is known of an error of the network, with no secret in its text. */
  rawOf(error: unknown, signal: AbortSignal): RawFailure;
}

/** Files over an HTTP client of their own, which is loaded at the first one: telegraf's forms never end under Node.js 26. */
export function createUploader(options: UploaderOptions): Uploader {
  let client: Promise<UploadClient> | undefined;

  async function load(): Promise<UploadClient> {
    const { createUploadClient } = await import('./upload-client');
    return createUploadClient(options.proxyUrl);
  }

  return {
    async call<T>(method: string, payload: Record<string, unknown>, signal: AbortSignal) {
      let uploads: Uploads | undefined;
      try {
        uploads = await openUploads(payload);
        client ??= load();
        const url = `${options.apiRoot}bot${options.token}/${method}`;
        return resultOf<T>(await (await client).post(url, uploads.fields, signal));
      } catch (error) {
        if (error instanceof UnreadableFile) return unreadable(error);
        const raw = options.rawOf(error, signal);
        return uploads?.isRead() === true ? failed(raw) : notSent(raw);
      } finally {
        await uploads?.close();
      }
    },
    rebuild() {
      void client?.then((built) => built.retire());
      client = undefined;
    },
  };
}

function resultOf<T>({ status, text }: UploadAnswer): ApiResult<T> {
  const answer = parseJson(apiAnswer, text);
  if (status >= 500 || answer === null) {
    return failed({ status, text: `HTTP ${status}, and not by the Bot API` });
  }
  if (answer.ok) return { ok: true, value: answer.result as T };
  const { error_code: code = status, description = '', parameters } = answer;
  const retryAfter = parameters?.retry_after;
  return failed({
    status: code,
    description,
    text: `${code}: ${description}`,
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

function failed(raw: RawFailure): { ok: false; failure: SendFailure } {
  return { ok: false, failure: failureOf(raw) };
}

function notSent({ text, trouble }: RawFailure): { ok: false; failure: SendFailure } {
  const known = trouble === undefined ? {} : { trouble: { ...trouble, arrived: 'no' as const } };
  return { ok: false, failure: { kind: 'not-delivered', text, ...known } };
}

function unreadable({ message }: UnreadableFile): { ok: false; failure: SendFailure } {
  return { ok: false, failure: { kind: 'refused', reason: 'file-gone', code: 0, text: message } };
}
