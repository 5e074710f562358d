import { counts, take, type Bucket } from './pace';

const pace = { burst: 2, perSecond: 1 };

it('takes a burst, then one a second, and does not save up more than the burst', () => {
  let bucket: Bucket | undefined;
  const at = (ms: number): number => {
    const taken = take(pace, bucket, ms);
    bucket = taken.bucket;
    return taken.retryAfter;
  };
  expect([at(0), at(0), at(0), at(500), at(1_000), at(1_000)]).toEqual([0, 0, 1, 1, 0, 1]);
  expect([at(60_000), at(60_000), at(60_000)]).toEqual([0, 0, 1]);
});

it('gives nothing for a clock that is set back', () => {
  expect(take(pace, { tokens: 0, at: 5_000 }, 1_000)).toEqual({
    bucket: { tokens: 0, at: 1_000 },
    retryAfter: 1,
  });
});

it('counts what is put into a chat, not typing, drafts, answers or deletions', () => {
  expect(['sendMessage', 'sendPhoto', 'editMessageText', 'editMessageReplyMarkup'].every(counts)).toBe(true);
  expect(
    ['sendChatAction', 'sendMessageDraft', 'deleteMessage', 'answerCallbackQuery', 'getUpdates'].some(counts),
  ).toBe(false);
});
