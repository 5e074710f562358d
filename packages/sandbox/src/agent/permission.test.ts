import { askPermission, decisionIn } from './permission';

const answer = (behavior: string): string =>
  JSON.stringify({ hookSpecificOutput: { hookEventName: 'PermissionRequest', decision: { behavior } } });
const hook = (command: string) => ({ command, timeout: 60_000 });

it('takes the decision that a hook prints, which has read the request', async () => {
  const asking = askPermission([hook(`grep -q npm && echo '${answer('allow')}'`)], '{"command":"npm test"}');
  expect(await asking.decided).toBe('allow');
});

it('is decided at the terminal while a hook waits, and ends that', async () => {
  const asking = askPermission([hook('exec sleep 600')], '{}');
  asking.decide('deny');
  expect(await asking.decided).toBe('deny');
});

it('stays open at the terminal when the hook prints nothing', async () => {
  const asking = askPermission([hook('true'), hook('echo nonsense')], '{}');
  asking.decide(null);
  expect(await asking.decided).toBeNull();
});

it.each(['', 'null', '{', '[]', '{"hookSpecificOutput":{"decision":"allow"}}', answer('perhaps')])(
  'finds no decision in %s',
  (printed) => expect(decisionIn(printed)).toBeNull(),
);
