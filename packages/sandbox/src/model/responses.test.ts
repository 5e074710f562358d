import type { Rule } from './script';
import { startModel, type Model } from './server';

let model: Model;
afterEach(() => model.close());
const start = async (...rules: Rule[]): Promise<Model> => (model = await startModel(rules));

const user = (text: string) => ({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] });
const output = (call_id: string, text: string) => ({ type: 'function_call_output', call_id, output: text });
const call = (call_id: string) => ({ type: 'function_call', call_id, name: 'exec_command', arguments: '{}' });

const post = (input: unknown, more: Record<string, unknown> = {}): Promise<Response> =>
  fetch(`${model.url}/v1/responses`, {
    method: 'POST',
    body: JSON.stringify({
      model: 'm',
      tools: [{ type: 'function', name: 'exec_command' }],
      input,
      stream: true,
      ...more,
    }),
  });

async function events(response: Response): Promise<Record<string, unknown>[]> {
  const frames = (await response.text()).split('\n\n').filter(Boolean);
  return frames.map((text) => JSON.parse(text.split('\ndata: ')[1] ?? '') as Record<string, unknown>);
}

describe('the scripted Responses endpoint', () => {
  it('repeats the last prompt of the user, without the context that the agent adds', async () => {
    await start();
    const got = await events(await post([user('<environment_context>'), user('hello')]));
    expect(got.map((e) => e['type'])).toEqual([
      'response.created',
      'response.output_item.added',
      'response.output_text.delta',
      'response.output_item.done',
      'response.completed',
    ]);
    expect(got[3]).toMatchObject({
      item: {
        type: 'message',
        role: 'assistant',
        content: [{ type: 'output_text', text: 'You said: hello' }],
      },
    });
    expect(got[4]).toMatchObject({ response: { usage: { input_tokens: 100, total_tokens: 120 } } });
    expect(model.requests).toMatchObject([{ prompt: 'hello', tools: ['exec_command'] }]);
  });

  it('calls a tool with the name and arguments of the script, each call with its own id', async () => {
    await start(() => ({
      blocks: [
        { type: 'thinking', thinking: 'hm' },
        { type: 'tool_use', name: 'exec_command', input: { cmd: 'ls' } },
      ],
    }));
    const ids = new Set<unknown>();
    for (let i = 0; i < 2; i++) {
      const items = (await events(await post([user('go')])))
        .filter((e) => e['type'] === 'response.output_item.done')
        .map((e) => e['item'] as Record<string, unknown>);
      expect(items).toMatchObject([
        { type: 'reasoning', summary: [{ type: 'summary_text', text: 'hm' }] },
        { type: 'function_call', name: 'exec_command', arguments: '{"cmd":"ls"}' },
      ]);
      ids.add(items[1]?.['call_id']);
    }
    expect(ids.size).toBe(2);
  });

  it('reads tool results, but not one that an interruption left before the next prompt', async () => {
    await start();
    await post([user('run'), call('a'), output('a', 'out')]);
    await post([user('run'), call('a'), output('a', 'aborted'), user('<turn_aborted>'), user('next')]);
    expect(model.requests).toMatchObject([
      { prompt: '', results: ['out'] },
      { prompt: 'next', results: [] },
    ]);
  });

  it('sends a whole answer without a stream, and a text in pieces with a stream', async () => {
    await start(() => ({ blocks: [{ type: 'written', parts: ['one ', 'two'] }] }));
    expect(await (await post([user('go')], { stream: false })).json()).toMatchObject({
      status: 'completed',
      output: [{ content: [{ text: 'one two' }] }],
    });
    const got = await events(await post([user('go')]));
    expect(got.filter((e) => 'delta' in e).map((e) => e['delta'])).toEqual(['one ', 'two']);
    expect(got.at(-2)).toMatchObject({ item: { content: [{ text: 'one two' }] } });
  });

  it('tolerates malformed input, and refuses when the script says so', async () => {
    await start(({ prompt }) =>
      prompt === 'dead' ? { refuse: { status: 401, type: 'auth', message: 'no such key' } } : null,
    );
    for (const odd of [undefined, 7, [null, 5, { role: 'user' }, { type: 'x_call_output' }]])
      expect((await post(odd)).status).toBe(200);
    expect((await post([user('dead')])).status).toBe(401);
  });
});
