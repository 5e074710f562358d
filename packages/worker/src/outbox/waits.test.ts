import { createWaits } from './waits';

describe('the waits of the outbox', () => {
  it('end when woken and at the stop, but not because the time is too long for a timer', async () => {
    const waits = createWaits();
    let over = 0;
    const wait = (chat: number, interruptible: boolean): Promise<void> =>
      waits.pause(chat, 2 ** 32, interruptible).then(() => void over++);
    const first = wait(1, true);
    const second = wait(2, false);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(over).toBe(0);
    waits.wake(1);
    waits.wake(2);
    await first;
    expect(over).toBe(1);
    waits.end();
    await second;
    await wait(3, true);
    expect(over).toBe(3);
  });
});
