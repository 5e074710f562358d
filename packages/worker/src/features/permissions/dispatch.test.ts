import { RequestHooks, decisionOf } from '../../fixtures/request-hooks';
import { KernelUnderTest } from '../../fixtures/kernel';

let w: KernelUnderTest;
let hooks: RequestHooks;
beforeEach(async () => {
  w = new KernelUnderTest();
  await w.open();
  hooks = new RequestHooks(w);
});
afterEach(async () => {
  hooks.close();
  await w.close();
});

describe('an open request', () => {
  it('closes with the turn, also when idle detection ends it and no record does', async () => {
    await w.ready();
    w.write(w.prompted('deploy it'));
    await w.eventually(() => w.rooms.sessions.get(w.session)?.card.phase === 'working');
    const hook = hooks.request();
    await hooks.shown();
    const at = w.now();
    // This is what idle detection reports, without a transcript line.
    w.rooms.sessions.dispatch(w.session, [
      { type: 'observed', at, event: { type: 'turn.ended', at, how: 'interrupted' } },
    ]);
    expect(decisionOf(await hook.answer)).toBeNull();
    await w.until(() => w.said('Answered at the terminal')[0]);
    expect(hooks.open()).toBeUndefined();
  });
});
