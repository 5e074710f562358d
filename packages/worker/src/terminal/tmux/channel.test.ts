import { PanesError } from '../model';
import { openChannel, type Channel, type ChannelOptions, type ClientCommand } from './channel';

const clientOf = (tmux: readonly string[]): ClientCommand => ({
  tmux,
  session: 'x',
  env: process.env,
  wrap: [],
});

/** Opens a channel to a shell script that plays tmux. */
function pretend(script: string, more: Partial<ChannelOptions> = {}): Promise<Channel> {
  return openChannel({
    client: clientOf(['/bin/sh', '-c', script]),
    onNotification: () => undefined,
    onEnd: () => undefined,
    ...more,
  });
}

const ATTACHED = "printf '%%begin 1 1 0\\n%%end 1 1 0\\n'; ";
const ended = (): { promise: Promise<string>; onEnd: (reason: string) => void } => {
  let onEnd: (reason: string) => void = () => undefined;
  const promise = new Promise<string>((resolve) => (onEnd = resolve));
  return { promise, onEnd };
};
const gone = (pid: number): boolean => {
  try {
    return !process.kill(pid, 0);
  } catch {
    return true;
  }
};

it('reports in tmux’s words why it cannot attach', async () => {
  const failed = pretend('printf "%%begin 1 1 0\\ncan\'t find session: x\\n%%error 1 1 0\\n"; read line');
  await expect(failed).rejects.toEqual(new PanesError('server-down', "tmux: can't find session: x"));
});

it('reports the client’s stderr if it exits before it attaches', async () => {
  await expect(pretend('echo no server running >&2; exit 1')).rejects.toThrow('no server running');
});

it('reports a missing program', async () => {
  await expect(pretend('', { client: clientOf(['/no/such/tmux']) })).rejects.toMatchObject({
    reason: 'server-down',
  });
});

it('gives up on a client that never attaches', async () => {
  await expect(pretend('read line', { answerMs: 20 })).rejects.toThrow('no answer to attach-session');
});

it('gives the channel up and kills the client if a command is never answered', async () => {
  const { promise, onEnd } = ended();
  const channel = await pretend(`trap '' TERM; ${ATTACHED} while read line; do :; done`, { answerMs: 50, onEnd }); // oxfmt-ignore
  const [first, second] = [channel.run(['list-panes']), channel.run(['list-windows'])];
  await expect(first).rejects.toMatchObject({ reason: 'server-down' });
  await expect(second).rejects.toMatchObject({ reason: 'server-down' });
  expect(await promise).toMatch('no answer to list-panes');
  await expect(channel.run(['x'])).rejects.toMatchObject({ reason: 'server-down' });
  await channel.close();
  expect(gone(channel.pid)).toBe(true);
});

it('reads answers that arrived while this process was suspended before it gives up', async () => {
  const answer = (n: number): string => `read line; printf '%%begin 2 ${n} 1\\n%%end 2 ${n} 1\\n'; `;
  const channel = await pretend(`${ATTACHED}${answer(1)}${answer(2)}read line`, { answerMs: 500 });
  await channel.run(['warm-up']);
  const answered = channel.run(['list-panes']);
  await new Promise((resolve) => setImmediate(resolve)); // it is on its way
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
  await expect(answered).resolves.toEqual([[]]);
  await channel.close();
});

it('fails commands in flight when the client exits, and reports it once', async () => {
  let ends = 0;
  const { promise, onEnd } = ended();
  const script = `${ATTACHED} read line; printf '%%exit server exited\\n'; exit 0`;
  const channel = await pretend(script, { onEnd: (reason) => (ends++, onEnd(reason)) });
  await expect(channel.run(['list-panes'])).rejects.toThrow('server exited');
  expect(await promise).toBe('server exited');
  await channel.close();
  expect(ends).toBe(1);
});

it('matches answers to their commands, whatever comes in between', async () => {
  const script = `${ATTACHED} read line; read line; cat <<'END'
%begin 2 2 1
a
%end 2 2 1
%window-add @1
%begin 2 3 0
not asked for
%end 2 3 0
%begin 2 4 1
b
%end 2 4 1
%begin 2 5 1
no such thing
%error 2 5 1
END
read line`;
  const heard: string[] = [];
  const channel = await pretend(script, { onNotification: (event) => heard.push(event.type) });
  const answers = [channel.run(['first'], ['second']), channel.run(['third'], ['never run'])];
  expect(await answers[0]).toEqual([['a'], ['b']]);
  await expect(answers[1]).rejects.toEqual(new PanesError('refused', 'tmux: third: no such thing'));
  expect(heard).toEqual(['windows']);
  await channel.close();
});

it('leaves no client behind when it is closed, even one that ignores SIGTERM', async () => {
  let ends = 0;
  const script = `trap '' TERM; ${ATTACHED} while :; do read line || sleep 0.05; done`;
  const channel = await pretend(script, { onEnd: () => ends++ });
  const flying = channel.run(['list-panes']);
  const closing = channel.close();
  await expect(flying).rejects.toMatchObject({ reason: 'server-down' });
  await closing;
  expect(gone(channel.pid)).toBe(true);
  expect(ends).toBe(0);
});
