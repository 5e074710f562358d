import { requestPermission, decisionIn } from './permission';

const answer = (behavior: string): string =>
  JSON.stringify({ hookSpecificOutput: { hookEventName: 'PermissionRequest', decision: { behavior } } });
const hook = (command: string) => ({ command, timeout: 60_000 });

it('takes the decision of a hook, which gets the request on standard input', async () => {
  const request = requestPermission(
    [hook(`grep -q npm && echo '${answer('allow')}'`)],
    '{"command":"npm test"}',
  );
  expect(await request.decided).toBe('allow');
});

it('takes a decision at the terminal while a hook waits, and kills the hook', async () => {
  const request = requestPermission([hook('exec sleep 600')], '{}');
  request.decide('deny');
  expect(await request.decided).toBe('deny');
});

it('stays open at the terminal when no hook prints a decision', async () => {
  const request = requestPermission([hook('true'), hook('echo nonsense')], '{}');
  request.decide(null);
  expect(await request.decided).toBeNull();
});

it.each(['', 'null', '{', '[]', '{"hookSpecificOutput":{"decision":"allow"}}', answer('perhaps')])(
  'finds no decision in %s',
  (printed) => expect(decisionIn(printed)).toBeNull(),
);
