import { DIALOG, type KernelUnderTest } from '../../fixtures/kernel';
import { openAmong, sharedSession, type OtherMachines } from '../../fixtures/other-machines';
import { RequestHooks } from '../../fixtures/request-hooks';
import { inboxReport, type Wait } from './inbox-elsewhere';

let w: KernelUnderTest;
let others: OtherMachines;
let hooks: RequestHooks;
beforeEach(async () => {
  [w, others] = await openAmong('ada', 'gpu');
  w.rooms.world.cluster?.view.setDefaultHost(7, 'ada');
  hooks = new RequestHooks(w);
});
afterEach(async () => {
  hooks.close();
  await w.close();
});

/** What this machine tells the others, as they read it. */
const shared = (): Wait[] =>
  inboxReport.parse(JSON.parse(JSON.stringify(others.shared.get('inbox')?.()))).waits;
const gpuReports = (...waits: readonly unknown[]): void =>
  void others.reports.set('inbox', { gpu: { waits } });
const labels = (message: { keyboard: { text: string }[][] }): string[] =>
  message.keyboard.flat().map(({ text }) => text);

it('lists what waits on other machines, in the language of the chat, with who was asked', async () => {
  others.sessions.push(sharedSession('gpu', 'train'), sharedSession('gpu', 'web'));
  gpuReports(
    {
      session: 'gpu-train',
      kind: 'request',
      lines: { en: 'wants to run make', ru: 'хочет' },
      since: w.now() - 120_000,
      chats: [7],
    },
    { session: 'gpu-web', kind: 'dialog', chats: [8], more: 1 },
    { session: 'gpu-gone', kind: 'dialog', chats: [7] },
  );
  w.telegram.owner.say('/inbox');
  const list = await w.until(() => w.said('Waiting for you:')[0]);
  expect(list.text).toMatch(/train · gpu wants to run make, waiting for 2m/);
  expect(list.text).toMatch(/Waiting for others[\s\S]*web · gpu a dialog on the screen/);
  expect(list.text).not.toContain('gone');
  expect(labels(list).slice(0, 2)).toEqual(['Show train · gpu', 'Show web · gpu']);
});

it('says that nothing waits, and which machine it could not ask', async () => {
  gpuReports({ session: 5 });
  others.goesAway('gpu', w.now() - 60_000);
  w.telegram.owner.say('/inbox');
  const message = await w.until(() => w.said('Nothing is waiting for you')[0]);
  expect(message.text).toMatch(/gpu is away/);
});

it('tells the others of requests and dialogs here, without secrets, and of none that are over', async () => {
  await w.ready();
  expect(shared()).toEqual([]);
  const secret = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';
  hooks.request({
    payload: { tool_name: 'Bash', tool_input: { command: 'push', description: `with ${secret}` } },
  });
  await hooks.shown();
  const [wait] = shared();
  expect(wait).toMatchObject({ session: w.session, kind: 'request', chats: [7] });
  expect(Object.keys(wait?.lines ?? {})).toEqual(expect.arrayContaining(['en', 'ru', 'zh']));
  expect(JSON.stringify(shared())).not.toContain(secret);
  w.telegram.owner.tap('✗ Deny', hooks.open()?.id);
  await w.eventually(() => shared().length === 0);
  w.panes.show(w.session, DIALOG);
  await w.eventually(() => shared()[0]?.kind === 'dialog');
});

it('sends a request again for a tap in the list of another machine, which this one did not send', async () => {
  await w.ready();
  hooks.request();
  const first = await hooks.shown();
  gpuReports({ session: w.session, kind: 'dialog', chats: [7] });
  w.telegram.owner.say('/inbox');
  const list = await w.until(() => w.said('Waiting for you:')[0]);
  const [, fromElsewhere] = list.keyboard.flat().filter(({ text }) => text.startsWith('Show'));
  w.telegram.state.addUpdate({
    callback_query: {
      id: 'elsewhere',
      from: { id: 7, is_bot: false, first_name: 'P' },
      chat_instance: '7',
      data: fromElsewhere?.callback_data,
      message: { message_id: 987_654, date: 0, chat: { id: 7, type: 'private' } },
    },
  });
  const again = await w.until(() =>
    w.said('wants to run').find(({ id, keyboard }) => id > list.id && keyboard.length > 0),
  );
  expect(again.id).not.toBe(first.id);
});
