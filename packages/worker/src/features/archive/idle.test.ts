import { newCard } from '../../cards/model';
import { createIdleKeeper } from './idle';
import { createSessionHandlers } from '../../sessions/handlers/table';
import type { Session } from '../../sessions/model';
import { createRegistry, type Registry } from '../../sessions/registry';

const NOW = 100_000;
let archived: string[];
let registry: Registry;
const idle = (id: string): Session => ({
  ...{ id, chatId: 7, name: id, agent: 'claude', cwd: '/c', createdAt: 1, phase: 'ready' },
  card: { ...newCard({ session: id, name: id, agent: 'Claude Code' }), phase: 'idle' },
});
beforeEach(() => {
  archived = [];
  const silent = () => undefined;
  registry = createRegistry({
    store: { tx: (work) => work(), all: () => [], put: silent, remove: silent },
    handlers: createSessionHandlers(),
    log: silent,
  });
  for (const id of ['one', 'two']) registry.add(idle(id));
});
const keeper = (needed: (session: Session) => Promise<boolean>) =>
  createIdleKeeper({
    ...{ registry, needed, keepMs: 1e9, afterMs: () => 1_000, now: () => NOW, log: () => undefined },
    archive: async (id) => void archived.push(id),
  });

it('leaves a session whose agent works, or for which a message waits, though nothing happened in it for long', async () => {
  await keeper(async ({ id }) => id === 'one').look();
  expect(archived).toEqual(['two']);
});

it('leaves one that was written to while its agent was asked', async () => {
  await keeper(async ({ id }) => {
    if (id === 'one') registry.dispatch(id, [{ type: 'typed', at: NOW, replyTo: 1 }]);
    return false;
  }).look();
  expect(archived).toEqual(['two']);
});
