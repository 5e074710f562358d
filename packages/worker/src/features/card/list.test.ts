import type { KernelUnderTest } from '../../fixtures/kernel';
import { openAmong, sharedSession, type OtherMachines } from '../../fixtures/other-machines';

let w: KernelUnderTest;
let others: OtherMachines;
beforeEach(async () => {
  [w, others] = await openAmong('ada', 'gpu', 'lap');
});
afterEach(() => w.close());

const list = async (): Promise<{ text: string; labels: string[] }> => {
  w.telegram.owner.say('/sessions');
  const message = await w.until(() => w.said('Tap one to write to it')[0]);
  // The footer comes after the list.
  const labels = message.keyboard.flatMap((row) => (row.length === 1 ? row.map(({ text }) => text) : []));
  return { text: message.text, labels };
};

it('has the sessions of all machines with their states, and says of those that are away since when', async () => {
  w.rooms.world.cluster?.view.setDefaultHost(7, 'ada');
  await w.opened();
  others.sessions.push(
    sharedSession('gpu', 'train', { activity: 'working' }),
    sharedSession('lap', 'notes'),
    sharedSession('gpu', 'old', { live: false }),
    sharedSession('gpu', 'odd', { activity: 'dreaming', agent: 'hal' }),
  );
  others.goesAway('lap', w.now() - 60_000);
  const { text, labels } = await list();
  expect(text).toMatch(/lap is away, last seen/);
  expect(labels.slice(0, 4)).toEqual([
    'train · gpu · Claude Code · working',
    'notes · lap · Claude Code · away',
    'odd · gpu · hal',
    '● demo · ada · Claude Code · starting',
  ]);
});

it('says that there is none, and which machines it could not ask', async () => {
  others.goesAway('gpu', w.now());
  w.telegram.owner.say('/sessions');
  const message = await w.until(() => w.said('No session is running')[0]);
  expect(message.text).toMatch(/gpu is away/);
});

it('has buttons for as many as a message takes, and says how to choose another', async () => {
  for (let i = 0; i < 400; i++) others.sessions.push(sharedSession('gpu', `s${i}`, { createdAt: i }));
  const { text } = await list();
  expect(text).toContain('330 older sessions are not listed');
});

describe('a session of a machine that is away', () => {
  beforeEach(() => {
    w.rooms.world.cluster?.view.setDefaultHost(7, 'ada');
    others.sessions.push(sharedSession('gpu', 'train'), sharedSession('lap', 'notes'));
    others.goesAway('gpu', w.now() - 60_000);
  });

  it('becomes the one that the chat writes to when it is tapped or named, and the chat hears that messages wait', async () => {
    await w.opened();
    w.telegram.owner.say('/sessions');
    const message = await w.until(() => w.said('Tap one to write to it')[0]);
    w.telegram.owner.tap('go:gpu-train', message.id);
    const notice = await w.until(() => w.said('Your messages go to')[0]);
    expect(notice.text).toMatch(/train · gpu[^]*gpu is away, last seen[^]*up to 7 days/);
    const { id } = w.telegram.owner.user;
    expect(w.rooms.active.get(id)).toBe('gpu-train');
    w.rooms.active.set(id, w.session);
    w.telegram.owner.say('/switch gpu:train');
    await w.until(() => w.said('Your messages go to').length === 2);
    expect(w.rooms.active.get(id)).toBe('gpu-train');
  });

  it('is not chosen when it has ended meanwhile', async () => {
    await w.opened();
    w.telegram.owner.say('/sessions');
    const message = await w.until(() => w.said('Tap one to write to it')[0]);
    others.sessions.splice(0, 1, sharedSession('gpu', 'train', { live: false }));
    w.telegram.owner.tap('go:gpu-train', message.id);
    await w.until(() => w.telegram.calls.some(({ method }) => method === 'answerCallbackQuery'));
    expect(w.said('Your messages go to')).toEqual([]);
    expect(w.rooms.active.get(w.telegram.owner.user.id)).toBe(w.session);
  });
});
