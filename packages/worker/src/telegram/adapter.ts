import type { Agent as HttpAgent } from 'node:http';
import { Telegram, TelegramError } from 'telegraf';
import { redact } from '@ccbot/shared/log/redact';
import type { ApiResult, BotApi } from './api';
import { failureOf, type RawFailure } from './failure';
import { createUploader } from './upload';
import { hasFiles } from './uploads';

export interface AdapterOptions {
  token: string;
  apiRoot: string;
  /** Creates the connection pool; called again by `rebuild`. */
  makeAgent: () => HttpAgent;
  /** The proxy that the agents use; absent or empty: none. */
  proxyUrl?: string;
}

/** A call without its own limit counts as unknown after this long, ms; uploads set their own. */
const TIMEOUT_MS = 30_000;

/** The Bot API over telegraf's client; files over {@link createUploader}. */
export function createBotApi(options: AdapterOptions): BotApi {
  const { token } = options;
  // URL resolution would drop the last segment of a root with a path.
  const apiRoot = options.apiRoot.endsWith('/') ? options.apiRoot : `${options.apiRoot}/`;
  const { makeAgent, proxyUrl = '' } = options;
  const client = new Telegram(token, { apiRoot });
  let agent = makeAgent();
  // Set afterwards: telegraf's constructor drops an agent for a root that starts with http.
  client.options.agent = agent;
  const rawError = (error: unknown, signal: AbortSignal): RawFailure => rawOf(error, signal.aborted, token);
  const uploader = createUploader({ token, apiRoot, proxyUrl, rawOf: rawError });

  return {
    async call<T>(
      method: string,
      payload: Record<string, unknown>,
      { signal, timeoutMs = TIMEOUT_MS }: { signal?: AbortSignal; timeoutMs?: number } = {},
    ): Promise<ApiResult<T>> {
      const abort = new AbortController();
      // node-fetch is started some microtasks after the call, and if the signal is aborted by then, it throws into the void.
      const onAbort = (): void => void setImmediate(() => abort.abort());
      const timer = setTimeout(onAbort, timeoutMs);
      signal?.addEventListener('abort', onAbort, { once: true });
      try {
        if (signal?.aborted) return notMade();
        if (hasFiles(payload)) return await uploader.call<T>(method, payload, abort.signal);
        const value = (await client.callApi(method as never, payload as never, {
          signal: abort.signal as never,
        })) as unknown as T;
        return { ok: true, value };
      } catch (error) {
        return { ok: false, failure: failureOf(rawError(error, abort.signal)) };
      } finally {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      }
    },
    rebuild() {
      retire(agent);
      agent = makeAgent();
      client.options.agent = agent;
      uploader.rebuild();
    },
  };
}

function notMade(): ApiResult<never> {
  return { ok: false, failure: { kind: 'not-delivered', text: 'stopped before it was sent' } };
}

/** Closes idle connections, and every other connection after its call: breaking a call would leave its outcome unknown. */
function retire(agent: HttpAgent): void {
  agent.maxFreeSockets = 0;
  for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
}

function rawOf(error: unknown, aborted: boolean, token: string): RawFailure {
  if (error instanceof TelegramError) {
    const retryAfter = error.parameters?.retry_after;
    return {
      status: error.code,
      description: error.description,
      text: redact(error.message, [token]),
      ...(retryAfter === undefined ? {} : { retryAfter }),
    };
  }
  if (aborted) return { text: 'no answer in time' };
  const { message, code } = error as { message?: string; code?: unknown };
  return {
    text: redact(message ?? String(error), [token]),
    ...(typeof code === 'string' ? { errno: code } : {}),
  };
}
