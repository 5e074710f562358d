import { request as httpRequest, type Agent, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { redact } from '@ccbot/shared/log/redact';
import type { BotApi, SendFailure } from './api';
import { failureOf } from './failure';
import { classifyError } from '@ccbot/shared/net/classify';
import { symptomOf } from '@ccbot/shared/net/symptom';

/** Files on Telegram's servers. */
export interface FileSource {
  /** Opens a file by its `file_id`. The stream fails when the connection breaks. */
  open(fileId: string, signal: AbortSignal): Promise<FileOpened>;
}

export type FileOpened = { ok: true; bytes: Readable } | { ok: false; failure: SendFailure };

export interface FileSourceOptions {
  api: BotApi;
  token: string;
  apiRoot: string;
  makeAgent: () => Agent;
}

/** Files over the Bot API: `getFile`, then a download. The token is part of the address, but no text it returns holds it. */
export function createFileSource(options: FileSourceOptions): FileSource {
  const { api, token } = options;
  const agent = options.makeAgent();
  const root = options.apiRoot.replace(/\/$/, '');

  function download(path: string, signal: AbortSignal): Promise<IncomingMessage> {
    const steps = path.split('/').map(encodeURIComponent).join('/');
    const url = new URL(`${root}/file/bot${token}/${steps}`);
    const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      request(url, { agent, signal }, resolve).on('error', reject).end();
    });
  }

  return {
    async open(fileId, signal) {
      const described = await api.call<{ file_path?: unknown }>('getFile', { file_id: fileId }, { signal });
      if (!described.ok) return described;
      const path = described.value.file_path;
      if (typeof path !== 'string')
        return { ok: false, failure: failureOf({ text: 'Telegram gave no path for the file' }) };
      try {
        const answer = await download(path, signal);
        if (answer.statusCode === 200) return { ok: true, bytes: answer };
        answer.resume();
        const status = answer.statusCode ?? 0;
        return {
          ok: false,
          failure: failureOf({
            status,
            description: 'not a file',
            text: `the download was answered with ${status}`,
          }),
        };
      } catch (error) {
        const trouble = classifyError({ symptom: symptomOf(error) });
        const reason = redact(trouble.reason, [token]);
        return { ok: false, failure: failureOf({ text: reason, trouble: { ...trouble, reason } }) };
      }
    },
  };
}
