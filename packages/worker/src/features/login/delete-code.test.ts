import type { NewView } from '../../outbox/model';
import type { ApiResult, SendFailure } from '../../telegram/api';
import { wordsIn } from '../../words/words';
import { deleteCodeMessage } from './delete-code';
import { loginWords } from './words/words';

const OFFLINE: SendFailure = { kind: 'not-delivered', text: 'no network' };
const GONE: SendFailure = { kind: 'refused', reason: 'message-gone', code: 400, text: 'not found' };
const FORBIDDEN: SendFailure = { kind: 'refused', reason: 'other', code: 400, text: 'too old' };

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** Deletes a message while Telegram answers with `failures`, one per call, and then with success. */
async function run(...failures: SendFailure[]): Promise<{ calls: unknown[]; texts: string[] }> {
  const calls: unknown[] = [];
  const queued: NewView[] = [];
  const call = (method: string, payload: unknown): Promise<ApiResult<never>> => {
    const failure = failures[calls.push([method, payload]) - 1];
    return Promise.resolve(
      failure === undefined ? { ok: true, value: true as never } : { ok: false, failure },
    );
  };
  const deps = {
    api: { call },
    people: { wordsOf: () => wordsIn('en') },
    outbox: { put: (view: NewView) => void queued.push(view) },
    log: () => undefined,
  };
  const deleted = deleteCodeMessage(deps, 7, 55);
  await jest.runAllTimersAsync();
  await deleted;
  return { calls, texts: queued.flatMap(({ view }) => view.parts.map(({ text }) => text)) };
}

describe('the message with a code', () => {
  it('is deleted, again if Telegram could not be reached', async () => {
    const { calls, texts } = await run(OFFLINE, OFFLINE);
    const deletion = ['deleteMessage', { chat_id: 7, message_id: 55 }];
    expect(calls).toEqual([deletion, deletion, deletion]);
    expect(texts).toEqual([]);
  });

  it('needs no deletion if it is gone', async () => {
    const { calls, texts } = await run(GONE);
    expect([calls.length, texts]).toEqual([1, []]);
  });

  it('is left to the user if Telegram refuses, or cannot be reached for long', async () => {
    const plea = [wordsIn('en').of(loginWords).notDeleted];
    expect(await run(FORBIDDEN)).toMatchObject({ calls: { length: 1 }, texts: plea });
    const offline = await run(...Array.from({ length: 9 }, () => OFFLINE));
    expect(offline).toMatchObject({ calls: { length: 5 }, texts: plea });
  });
});
