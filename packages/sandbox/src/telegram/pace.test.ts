import { isPaced, take, type Bucket } from './pace';

const pace = { burst: 2, perSecond: 1 };

it('accepts a burst, then one message a second, and never saves up more than the burst', () => {
  let bucket: Bucket | undefined;
  const takeAt = (ms: number): number => {
    const taken = take(pace, bucket, ms);
    bucket = taken.bucket;
    return taken.retryAfter;
  };
  expect([takeAt(0), takeAt(0), takeAt(0), takeAt(500), takeAt(1_000), takeAt(1_000)]).toEqual([
    0, 0, 1, 1, 0, 1,
  ]);
  expect([takeAt(60_000), takeAt(60_000), takeAt(60_000)]).toEqual([0, 0, 1]);
});

it('gives no tokens when the clock is set back', () => {
  expect(take(pace, { tokens: 0, at: 5_000 }, 1_000)).toEqual({
    bucket: { tokens: 0, at: 1_000 },
    retryAfter: 1,
  });
});

it('counts messages and edits, not typing, drafts, answers or deletions', () => {
  expect(['sendMessage', 'sendPhoto', 'editMessageText', 'editMessageReplyMarkup'].every(isPaced)).toBe(true);
  expect(
    ['sendChatAction', 'sendMessageDraft', 'deleteMessage', 'answerCallbackQuery', 'getUpdates'].some(
      isPaced,
    ),
  ).toBe(false);
});
