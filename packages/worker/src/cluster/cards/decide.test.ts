import { CLEAR_MS, decideCard, UNKNOWN_MS, type CardFacts } from './decide';

const facts = (more: Partial<CardFacts> = {}): CardFacts => ({
  self: 'ada',
  isJoined: true,
  active: 's',
  owner: 'ada',
  poller: 'bob',
  claims: { mine: true, others: [] },
  sameMs: 0,
  ...more,
});
const role = (more: Partial<CardFacts> = {}): string => decideCard(facts(more)).role;

it('lets the machine of the active session draw, and no other', () => {
  expect(role()).toBe('draw');
  for (const self of ['bob', 'cyd']) expect(role({ self })).toBe('clear');
});

it('lets the poller draw the footer of a chat without a session, or whose session nobody has', () => {
  const none = { active: undefined, owner: undefined };
  expect(['ada', 'bob'].map((self) => role({ self, ...none }))).toEqual(['clear', 'draw']);
  const gone = { owner: undefined, self: 'bob' };
  expect(role(gone)).toBe('clear');
  expect(decideCard(facts(gone)).againMs).toBe(UNKNOWN_MS);
  expect(role({ ...gone, sameMs: UNKNOWN_MS })).toBe('draw');
});

it('leaves everything as it is while this machine is cut off', () => {
  for (const owner of ['ada', 'bob', undefined]) expect(role({ isJoined: false, owner })).toBe('wait');
});

it('draws only once its claim is known, and every other claim is gone or too old', () => {
  expect(decideCard(facts({ claims: { mine: false, others: [] } }))).toEqual({ role: 'wait', claims: true });
  const held = { claims: { mine: true, others: ['bob'] } };
  expect(decideCard(facts({ ...held, sameMs: 100 }))).toEqual({
    role: 'wait',
    claims: true,
    againMs: CLEAR_MS - 100,
  });
  expect(role({ ...held, sameMs: CLEAR_MS })).toBe('draw');
});
