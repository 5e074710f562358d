import { routeUpdate, type RoutingFacts } from './route';

const facts = (more: Partial<RoutingFacts>): RoutingFacts => ({
  self: 'ada',
  hosts: ['ada', 'bob', 'cyd', 'dan'],
  opens: false,
  steers: false,
  ...more,
});
const all = { named: 'cyd', owner: 'bob', awaiting: 'cyd', session: 'dan', opens: true, chosen: 'ada' };

it.each<[string, Partial<RoutingFacts>, string]>([
  ['the machine that it names', all, 'cyd'],
  ['the machine whose message is answered', { ...all, named: undefined }, 'bob'],
  ['the one that waits for the chat’s next text', { ...all, named: undefined, owner: undefined }, 'cyd'],
  ['the one that has the session', { session: 'dan', opens: true, chosen: 'ada' }, 'dan'],
  ['the chat’s own choice, for what starts a session', { opens: true, chosen: 'cyd' }, 'cyd'],
  ['the poller, for everything else', { opens: false, chosen: 'cyd' }, 'ada'],
  ['the poller, when nobody is known', {}, 'ada'],
  ['somebody who is still there', { owner: 'gone', awaiting: 'gone', session: 'dan' }, 'dan'],
  ['the poller, when the only one is gone', { session: 'gone' }, 'ada'],
])('sends an update to %s', (_to, more, host) => {
  expect(routeUpdate(facts(more)).host).toBe(host);
});

it('says whether it may change where later ones go', () => {
  expect([true, false].map((steers) => routeUpdate(facts({ steers })).steers)).toEqual([true, false]);
});
