import { REPEAT_MARK } from './decide';
import { openRig, want, type Rig } from './fixtures/rig';

let rig: Rig;
beforeEach(async () => (rig = await openRig()));
afterEach(() => rig.close());

describe('the outbox', () => {
  it('brings views about: sends, edits in place, deletes', async () => {
    rig.outbox.start();
    rig.outbox.put(want('card', 'card', 'one'));
    expect(await rig.outbox.flush(5_000)).toBe(true);
    rig.outbox.put(want('card', 'card', 'two', 'more'));
    await rig.outbox.flush(5_000);
    expect(rig.texts()).toEqual(['two', 'more']);
    rig.outbox.put(want('card', 'card'));
    await rig.outbox.flush(5_000);
    expect(rig.texts()).toEqual([]);
    expect(rig.outbox.depth()).toBe(0);
  });

  it('makes no call for what is shown already', async () => {
    rig.outbox.start();
    rig.outbox.put(want('k', 'notice', 'same'));
    await rig.outbox.flush(5_000);
    rig.outbox.put(want('k', 'notice', 'same'));
    await rig.outbox.flush(5_000);
    expect(rig.calls('sendMessage')).toBe(1);
    expect(rig.calls('editMessageText')).toBe(0);
  });

  it('does not forget what is wished for in the moment in which the chat has just become quiet', async () => {
    rig.outbox.start();
    rig.outbox.put(want('k', 'notice', 'same'));
    await rig.outbox.flush(5_000);
    for (let i = 0; i < 3; i++) {
      rig.outbox.put(want('k', 'notice', 'same')); // shown already: its drain is over before it has begun
      rig.outbox.put(want(`n${i}`, 'notice', `new ${i}`));
      expect(await rig.outbox.flush(5_000)).toBe(true);
    }
    expect(rig.texts()).toEqual(['same', 'new 0', 'new 1', 'new 2']);
  });

  it('shows only the newest of many states of a card, and every answer', async () => {
    for (let i = 0; i < 50; i++) rig.outbox.put(want('card', 'card', `state ${i}`));
    for (let i = 0; i < 3; i++) rig.outbox.put(want(`answer ${i}`, 'answer', `answer ${i}`));
    rig.outbox.start();
    await rig.outbox.flush(10_000);
    expect(rig.texts()).toEqual(['state 49', 'answer 0', 'answer 1', 'answer 2']);
  });

  it('lets what needs the person go before everything that waits', async () => {
    rig.outbox.put(want('a', 'answer', 'an answer'));
    rig.outbox.put(want('q', 'ask', 'a question'));
    rig.outbox.start();
    await rig.outbox.flush(5_000);
    expect(rig.texts()).toEqual(['a question', 'an answer']);
  });

  it('forgets nothing that was wanted when it is closed before sending', async () => {
    rig.outbox.put(want('a', 'answer', 'kept on disk'));
    await rig.restart();
    rig.outbox.start();
    await rig.outbox.flush(5_000);
    expect(rig.texts()).toEqual(['kept on disk']);
  });

  it('wishes nothing when the transaction around it fails', async () => {
    rig.outbox.start();
    expect(() =>
      rig.store.tx(() => {
        rig.outbox.put(want('a', 'answer', 'never'));
        throw new Error('the rest failed');
      }),
    ).toThrow('the rest failed');
    expect(rig.outbox.depth()).toBe(0);
    expect(rig.calls('sendMessage')).toBe(0);
  });

  it('sends an answer again, marked, when its fate is unknown, and never loses it', async () => {
    rig.telegram.fault({ method: 'sendMessage', kind: 'reset-after', times: 1 });
    rig.outbox.start();
    rig.outbox.put(want('a', 'answer', 'the answer'));
    expect(await rig.outbox.flush(10_000)).toBe(true);
    expect(rig.texts()).toEqual(['the answer', `${REPEAT_MARK}the answer`]);
  });

  it('sends an answer once, unmarked, when the server was certainly not reached', async () => {
    await rig.telegram.refuse();
    rig.outbox.start();
    rig.outbox.put(want('a', 'answer', 'after the outage'));
    await rig.telegram.resume();
    expect(await rig.outbox.flush(10_000)).toBe(true);
    expect(rig.texts()).toEqual(['after the outage']);
  });

  it('obeys a retry_after, also after a restart', async () => {
    rig.telegram.fault({ method: 'sendMessage', kind: '429', retryAfter: 1, times: 1 });
    rig.outbox.start();
    rig.outbox.put(want('a', 'answer', 'patient'));
    const refused = await rig.telegram.waitFor(() => rig.telegram.calls.find((c) => c.status === 429));
    await rig.restart();
    rig.outbox.start();
    await rig.outbox.flush(10_000);
    const sent = rig.telegram.calls.findLast((c) => c.method === 'sendMessage' && c.status === 200);
    expect(Number((sent?.atNs ?? 0n) - refused.atNs) / 1e6).toBeGreaterThanOrEqual(990);
    expect(rig.texts()).toEqual(['patient']);
  });

  it('sends anew a card whose message the person deleted', async () => {
    rig.outbox.start();
    rig.outbox.put(want('card', 'card', 'one'));
    await rig.outbox.flush(5_000);
    const [message] = rig.telegram.owner.fromBot();
    if (message !== undefined) message.deleted = true;
    rig.outbox.put(want('card', 'card', 'two'));
    await rig.outbox.flush(5_000);
    expect(rig.texts()).toEqual(['two']);
  });

  it('answers taps at once, and takes a late answer for what it is', async () => {
    rig.outbox.start();
    rig.outbox.put({
      ...want('k', 'notice', 'tap me'),
      view: { parts: [{ text: 'tap me', entities: [], buttons: [[{ text: 'Yes', data: 'yes' }]] }] },
    });
    await rig.outbox.flush(5_000);
    const query = rig.telegram.owner.tap('Yes');
    rig.outbox.answerTap(query, 'thanks');
    await rig.telegram.waitFor(() => rig.telegram.state.queries.get(query)?.answered === 'thanks');
    rig.outbox.answerTap('no such query');
    await rig.telegram.waitFor(() =>
      rig.telegram.calls.some((c) => c.method === 'answerCallbackQuery' && c.status === 400),
    );
  });
});
