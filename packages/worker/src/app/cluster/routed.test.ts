import { KernelUnderTest } from '../../fixtures/kernel';

let w: KernelUnderTest;
beforeEach(async () => {
  w = new KernelUnderTest();
  await w.open();
});
afterEach(() => w.close());

/** Sends a message as the machine that polls hands it over. */
function handOver(text: string, active: string): void {
  const id = w.telegram.state.newMessageId(w.telegram.owner.user.id);
  const message = {
    message_id: id,
    date: Math.floor(Date.now() / 1_000),
    from: w.telegram.owner.user,
    chat: { id: w.telegram.owner.user.id, type: 'private' },
    text,
  };
  w.telegram.state.addUpdate({ message, ccbot_active: active } as never);
}

describe('a message from the machine that polls', () => {
  it('goes to the session that was active when it was sent here, although the chat switched to another machine since', async () => {
    await w.ready();
    w.rooms.active.set(w.telegram.owner.user.id, 'of-another-machine');
    handOver('for this session', w.session);
    await w.eventually(() => w.typed().includes('for this session'));
  });

  it('goes where the chat is now when that session is unknown here', async () => {
    await w.ready();
    handOver('for whichever is active', 'never-heard-of');
    await w.eventually(() => w.typed().includes('for whichever is active'));
  });
});
