import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { QueuedView } from './model';
import { openStore, type Store } from '../store/open';
import { createViewQueue, type ViewQueue } from './store';
import { outboxKey } from './keys';

const CHAT = 7;
const DAY = 86_400_000;

let dir: string;
let store: Store;
let views: ViewQueue;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-wishes-'));
  store = openStore(join(dir, 'ccbot.db'), () => 0);
  views = createViewQueue(store);
});
afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('the pause of a chat', () => {
  it('is over when its time has passed, and there is none where nothing asked for one', () => {
    expect(views.pauseLeft(CHAT, 1_000)).toBe(0);
    views.pause(CHAT, 1_000, 500, false);
    expect(views.pauseLeft(CHAT, 1_200)).toBe(300);
    expect(views.pauseLeft(CHAT, 1_500)).toBe(0);
    expect(views.pauseLeft(CHAT, 1_000 + DAY)).toBe(0);
  });

  it('begins anew when the clock was set back, and lasts no longer than it was meant to', () => {
    views.pause(CHAT, 3 * DAY, 500, false);
    expect(views.pauseLeft(CHAT, DAY)).toBe(500);
    expect(views.pauseLeft(CHAT, DAY + 200)).toBe(300);
    expect(views.pauseLeft(CHAT, DAY + 500)).toBe(0);
  });

  it('ends with the block that it is for, and a retry_after does not', () => {
    views.pause(CHAT, 1_000, 500, false);
    expect(views.unblock(CHAT)).toBe(false);
    views.pause(CHAT, 1_000, 500, true);
    expect(views.unblock(CHAT)).toBe(true);
    expect(views.pauseLeft(CHAT, 1_000)).toBe(0);
  });
});

describe('a wish of little weight', () => {
  const card = (text: string, minor?: true): QueuedView => ({
    ...{ chatId: CHAT, key: outboxKey('card'), class: 'card', view: { parts: [{ text, entities: [] }] } },
    ...(minor === undefined ? {} : { minor }),
  });
  const next = (): [string | undefined, boolean] => {
    const wanted = views.next(CHAT)?.wanted;
    return [wanted?.view.parts[0]?.text, wanted?.minor === true];
  };

  it('comes behind all others that wait, however long it has waited', () => {
    views.put(card('the time', true));
    expect(next()).toEqual(['the time', true]);
    views.put({ ...card('an answer'), key: outboxKey('answer'), class: 'answer' });
    expect(next()).toEqual(['an answer', false]);
  });

  it('has weight in place of one that has, and one that has takes its place', () => {
    views.put(card('the time', true));
    views.put(card('a line'));
    expect(next()).toEqual(['a line', false]);
    views.put(card('a line, later', true));
    expect(next()).toEqual(['a line, later', false]);
    const wish = views.next(CHAT);
    if (wish !== undefined) views.settle(wish);
    views.put(card('the time', true));
    expect(next()).toEqual(['the time', true]);
  });
});
