import type { Agent as HttpAgent } from 'node:http';
import { redact } from '@ccbot/shared/log/redact';
import { withListener } from '@ccbot/shared/net/agents';
import { classifyError } from '@ccbot/shared/net/classify';
import { symptomOf } from '@ccbot/shared/net/symptom';
import { followRequest, type Trip } from '@ccbot/shared/net/trip';
import type { ApiResult, BotApi } from './api';
import { ApiError, type ApiPlace, type Call } from './call';
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
  /** Makes the calls without files; absent: telegraf's client, loaded at the first call. */
  createCall?: (place: ApiPlace) => Call;
}

/** A call without its own limit counts as unknown after this long, ms; uploads set their own. */
const TIMEOUT_MS = 30_000;

/** The Bot API over one of the {@link Call}s; files over {@link createUploader}. */
export function createBotApi(options: AdapterOptions): BotApi {
  const { token } = options;
  // URL resolution would drop the last segment of a root with a path.
  const apiRoot = options.apiRoot.endsWith('/') ? options.apiRoot : `${options.apiRoot}/`;
  const make = (options.createCall ?? overTelegraf)({ token, apiRoot });
  let agent = options.makeAgent();
  const uploader = createUploader({
    token,
    apiRoot,
    proxyUrl: options.proxyUrl ?? '',
    rawOf: (error, signal) => rawOf(error, null, signal.aborted, options),
  });

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
      const trip: Trip = { isSent: false };
      try {
        if (signal?.aborted) return notMade();
        if (hasFiles(payload)) return await uploader.call<T>(method, payload, abort.signal);
        const followed = withListener(agent, (request) => followRequest(request, trip));
        const value = await make({ method, payload, agent: followed, signal: abort.signal });
        return { ok: true, value: value as T };
      } catch (error) {
        return { ok: false, failure: failureOf(rawOf(error, trip, abort.signal.aborted, options)) };
      } finally {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      }
    },
    rebuild() {
      retire(agent);
      agent = options.makeAgent();
      uploader.rebuild();
    },
  };
}

function notMade(): ApiResult<never> {
  return { ok: false, failure: { kind: 'not-delivered', text: 'stopped before it was sent' } };
}

/** Telegraf's client, loaded when it is used: no first poll should wait for it. */
function overTelegraf(place: ApiPlace): Call {
  let call: Promise<Call> | undefined;
  const load = async (): Promise<Call> => (await import('./telegraf-call')).createTelegrafCall(place);
  return async (request) => (await (call ??= load()))(request);
}

/** Closes idle connections, and every other connection after its call: breaking a call would leave its outcome unknown. */
function retire(agent: HttpAgent): void {
  agent.maxFreeSockets = 0;
  for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
}

/** What is known of a call that threw; `trip` null: nobody followed it. */
function rawOf(error: unknown, trip: Trip | null, isAborted: boolean, options: AdapterOptions): RawFailure {
  const clean = (text: string): string => redact(text, [options.token]);
  const { answer } = trip ?? {};
  if (error instanceof ApiError) return answeredOf(error, answer, clean);
  const symptom = symptomOf(isAborted ? error : (trip?.error ?? error));
  // Telegraf throws a TypeError while it reads an answer that is not the Bot API's. Half an answer of the Bot API is none.
  const isStrange =
    answer !== undefined &&
    !isAborted &&
    (error instanceof TypeError || symptom.codes.includes('INVALID_JSON'));
  if (isStrange && !answer.contentType.includes('json')) {
    const { status, contentType } = answer;
    return { status, contentType, text: clean(`HTTP ${status}, ${contentType || 'without a type'}`) };
  }
  const { proxyUrl = '' } = options;
  const trouble = classifyError({
    symptom: isStrange ? { ...symptom, codes: ['ERR_STREAM_PREMATURE_CLOSE'] } : symptom,
    ...(trip === null ? {} : { isSent: trip.isSent }),
    isTimeout: isAborted,
    ...(proxyUrl === '' ? {} : { proxyHost: new URL(proxyUrl).hostname }),
  });
  const reason = clean(trouble.reason);
  return { text: reason, trouble: { ...trouble, reason } };
}

function answeredOf(
  { refusal, message }: ApiError,
  answer: Trip['answer'],
  clean: (text: string) => string,
): RawFailure {
  const { error_code: code, description, parameters } = refusal;
  const retryAfter = parameters?.retry_after;
  return {
    status: code ?? answer?.status ?? 0,
    ...(typeof description === 'string' ? { description: clean(description) } : {}),
    contentType: answer?.contentType ?? '',
    text: clean(message),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  };
}
