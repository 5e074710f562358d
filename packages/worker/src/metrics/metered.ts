import type { CallResult, Measures } from './measures';

/** The part of the Bot API that is metered. */
interface Calls {
  call(method: string, payload: Record<string, unknown>, options?: unknown): Promise<CallResult>;
}

/** The same Bot API with every call counted. */
export function metered<Api extends Calls>(api: Api, measures: Pick<Measures, 'answered'>): Api {
  return {
    ...api,
    async call(method: string, payload: Record<string, unknown>, options?: unknown) {
      const result = await api.call(method, payload, options);
      measures.answered(method, result);
      return result;
    },
  };
}
