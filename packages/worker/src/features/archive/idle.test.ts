import { sessionWith } from '../../fixtures/session';
import { createIdleArchiving } from './idle';
import { createSessionHandlers } from '../../sessions/handlers/table';
import type { Session } from '../../sessions/model';
import { createRegistry, type Registry } from '../../sessions/registry';

const NOW = 100_000;
let archived: string[];
let registry: Registry;
const idle = (id: string): Session => sessionWith({ id, name: id, createdAt: 1 });
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
const idleArchiving = (isNeeded: (session: Session) => Promise<boolean>) =>
  createIdleArchiving({
    registry,
    archiving: { archive: async (id) => void archived.push(id) },
    limits: { keepMs: 1e9, archiveAfterMs: () => 1_000 },
    isNeeded,
    now: () => NOW,
    log: () => undefined,
  });

it('does not archive an idle session that is needed', async () => {
  await idleArchiving(async ({ id }) => id === 'one').check();
  expect(archived).toEqual(['two']);
});

it('does not archive a session that the user wrote to while its agent was asked', async () => {
  await idleArchiving(async ({ id }) => {
    if (id === 'one') registry.dispatch(id, [{ type: 'typed', at: NOW, replyTo: 1 }]);
    return false;
  }).check();
  expect(archived).toEqual(['two']);
});
