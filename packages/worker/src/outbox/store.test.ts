import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Wanted } from './model';
import { openStore, type Store } from '../store/open';
import { createWishes, type Wishes } from './store';

const CHAT = 7;
const DAY = 86_400_000;

let dir: string;
let store: Store;
let wishes: Wishes;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-wishes-'));
  store = openStore(join(dir, 'ccbot.db'), () => 0);
  wishes = createWishes(store);
});
afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('the pause of a chat', () => {
  it('is over when its time has passed, and there is none where nothing asked for one', () => {
    expect(wishes.pauseLeft(CHAT, 1_000)).toBe(0);
    wishes.pause(CHAT, 1_000, 500, false);
    expect(wishes.pauseLeft(CHAT, 1_200)).toBe(300);
    expect(wishes.pauseLeft(CHAT, 1_500)).toBe(0);
    expect(wishes.pauseLeft(CHAT, 1_000 + DAY)).toBe(0);
  });

  it('begins anew when the clock was set back, and lasts no longer than it was meant to', () => {
    wishes.pause(CHAT, 3 * DAY, 500, false);
    expect(wishes.pauseLeft(CHAT, DAY)).toBe(500);
    expect(wishes.pauseLeft(CHAT, DAY + 200)).toBe(300);
    expect(wishes.pauseLeft(CHAT, DAY + 500)).toBe(0);
  });

  it('ends with the block that it is for, and a retry_after does not', () => {
    wishes.pause(CHAT, 1_000, 500, false);
    expect(wishes.unblock(CHAT)).toBe(false);
    wishes.pause(CHAT, 1_000, 500, true);
    expect(wishes.unblock(CHAT)).toBe(true);
    expect(wishes.pauseLeft(CHAT, 1_000)).toBe(0);
  });
});

describe('a wish of little weight', () => {
  const card = (text: string, minor?: true): Wanted => ({
    ...{ chatId: CHAT, key: 'card', class: 'card', view: { parts: [{ text, entities: [] }] } },
    ...(minor === undefined ? {} : { minor }),
  });
  const next = (): [string | undefined, boolean] => {
    const wanted = wishes.next(CHAT)?.wanted;
    return [wanted?.view.parts[0]?.text, wanted?.minor === true];
  };

  it('comes behind all others that wait, however long it has waited', () => {
    wishes.put(card('the time', true));
    expect(next()).toEqual(['the time', true]);
    wishes.put({ ...card('an answer'), key: 'answer', class: 'answer' });
    expect(next()).toEqual(['an answer', false]);
  });

  it('has weight in place of one that has, and one that has takes its place', () => {
    wishes.put(card('the time', true));
    wishes.put(card('a line'));
    expect(next()).toEqual(['a line', false]);
    wishes.put(card('a line, later', true));
    expect(next()).toEqual(['a line, later', false]);
    const wish = wishes.next(CHAT);
    if (wish !== undefined) wishes.settle(wish);
    wishes.put(card('the time', true));
    expect(next()).toEqual(['the time', true]);
  });
});
