import { request } from 'node:http';
import { until } from '@ccbot/shared/fixtures/until';
import { startModel, type Model } from './server';
import type { Rule } from './script';

const TOOLS = [{ name: 'Bash' }];
let model: Model;
afterEach(() => model.close());

const start = async (...rules: Rule[]): Promise<Model> => (model = await startModel(rules));

const body = (content: unknown, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  model: 'm',
  max_tokens: 10,
  tools: TOOLS,
  messages: [{ role: 'user', content }],
  ...more,
});

const post = (data: unknown, path = '/v1/messages?beta=true'): Promise<Response> =>
  fetch(model.url + path, {
    method: 'POST',
    body: typeof data === 'string' ? data : JSON.stringify(data),
  });

/** Name and data of the events of a stream. */
async function events(response: Response): Promise<[string, Record<string, unknown>][]> {
  const frames = (await response.text()).split('\n\n').filter(Boolean);
  return frames.map((text) => {
    const [, name = '', data = ''] = /^event: (.*)\ndata: (.*)$/.exec(text) ?? [];
    return [name, JSON.parse(data) as Record<string, unknown>];
  });
}

const TEXT_AND_TOOL: Rule = () => ({
  blocks: [
    { type: 'thinking', thinking: 'hm' },
    { type: 'text', text: 'Looking.' },
    { type: 'tool_use', name: 'Bash', input: { command: 'ls' } },
  ],
});

describe('the scripted Messages endpoint', () => {
  it("repeats the user's text, without the agent's reminders, when no rule answers", async () => {
    await start(() => null);
    const content = [
      { type: 'text', text: '<system-reminder>today</system-reminder>' },
      { type: 'text', text: 'hello' },
    ];
    const answer = (await (await post(body(content))).json()) as Record<string, unknown>;
    expect(answer).toMatchObject({ role: 'assistant', stop_reason: 'end_turn' });
    expect(answer['content']).toEqual([{ type: 'text', text: 'You said: hello' }]);
    expect(model.requests.map((r) => r.prompt)).toEqual(['hello']);
  });

  it('streams blocks in the order and shape of the API', async () => {
    await start(TEXT_AND_TOOL);
    const response = await post(body('go', { stream: true }));
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const got = await events(response);
    const block = ['content_block_start', 'content_block_delta', 'content_block_stop'];
    expect(got.map(([name]) => name)).toEqual([
      'message_start',
      'ping',
      ...['content_block_start', 'content_block_delta', ...block.slice(1)],
      ...block,
      ...block,
      'message_delta',
      'message_stop',
    ]);
    expect(got.every(([name, data]) => data['type'] === name)).toBe(true);
    const deltas = got.filter(([name]) => name === 'content_block_delta').map(([, data]) => data);
    expect(deltas).toMatchObject([
      { index: 0, delta: { type: 'thinking_delta', thinking: 'hm' } },
      { index: 0, delta: { type: 'signature_delta' } },
      { index: 1, delta: { type: 'text_delta', text: 'Looking.' } },
      { index: 2, delta: { type: 'input_json_delta', partial_json: '{"command":"ls"}' } },
    ]);
    expect(got.at(-2)?.[1]).toMatchObject({ delta: { stop_reason: 'tool_use' } });
  });

  it('gives each tool call its own id, in a stream and in a whole message', async () => {
    await start(TEXT_AND_TOOL);
    const ids = new Set<unknown>();
    for (const stream of [true, true, false]) {
      const response = await post(body('go', { stream }));
      const text = await response.text();
      ids.add(/toolu_\w+/.exec(text)?.[0]);
    }
    expect(ids.size).toBe(3);
  });

  it('streams all of a long text with surrogate pairs at every cut', async () => {
    const text = `${'🙂'.repeat(3_000)}x${'🙂'.repeat(3_000)}`;
    await start(() => ({ blocks: [{ type: 'text', text }] }));
    const got = await events(await post(body('go', { stream: true })));
    const parts = got
      .filter(([name]) => name === 'content_block_delta')
      .map(([, data]) => (data['delta'] as { text: string }).text);
    expect(parts.length).toBeGreaterThan(10);
    expect(parts.join('')).toBe(text);
    expect(parts.every((part) => part.isWellFormed())).toBe(true);
  });

  it('passes tool results to the rules, and repeats the first when no rule answers', async () => {
    const seen: unknown[] = [];
    await start((r) => {
      seen.push(r.results, r.prompt);
      return null;
    });
    const response = await post(
      body([
        { type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: 'out' }] },
        { type: 'tool_result', tool_use_id: 'b', content: 'put' },
      ]),
    );
    expect(await response.text()).toContain('Done: out');
    expect(seen).toEqual([['out', 'put'], '']);
  });

  it('asks the rule that was added last first', async () => {
    await start(() => ({ blocks: [{ type: 'text', text: 'early' }] }));
    model.when((r) => (r.prompt === 'x' ? { blocks: [{ type: 'text', text: 'late' }] } : null));
    expect(await (await post(body('x'))).text()).toContain('late');
    expect(await (await post(body('y'))).text()).toContain('early');
  });

  it('sends nothing while the answer is held, and stops at a pause', async () => {
    let release = (): void => undefined;
    let resume = (): void => undefined;
    const hold = new Promise<void>((resolve) => (release = resolve));
    const until = new Promise<void>((resolve) => (resume = resolve));
    const blocks = [{ type: 'text', text: 'one' } as const, { type: 'pause', until } as const];
    await start(() => ({ hold, blocks: [...blocks, { type: 'text', text: 'two' }] }));
    let answered = false;
    const pending = post(body('go', { stream: true })).then((response) => {
      answered = true;
      return response;
    });
    await post(body('count'), '/v1/messages/count_tokens'); // a later request is answered in the meantime
    expect(answered).toBe(false);
    release();
    const reader = ((await pending).body as ReadableStream<Uint8Array>)
      .pipeThrough(new TextDecoderStream())
      .getReader();
    let text = '';
    while (!text.includes('content_block_stop')) text += (await reader.read()).value;
    expect(text).toContain('one');
    expect(text).not.toContain('two');
    resume();
    for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value;
    expect(text).toContain('two');
    expect(text).toContain('message_stop');
  });

  it('streams one text block in pieces with pauses between them, and sends the headers of the script', async () => {
    let resume = (): void => undefined;
    const until = new Promise<void>((resolve) => (resume = resolve));
    await start(() => ({
      headers: { 'x-limit': '7' },
      blocks: [{ type: 'written', parts: ['first line\n', { type: 'pause', until }, 'second line'] }],
    }));
    const response = await post(body('go', { stream: true }));
    expect(response.headers.get('x-limit')).toBe('7');
    const reader = (response.body as ReadableStream<Uint8Array>)
      .pipeThrough(new TextDecoderStream())
      .getReader();
    let text = '';
    while (!text.includes('first line')) text += (await reader.read()).value;
    expect(text).not.toContain('second line');
    expect(text).not.toContain('content_block_stop');
    resume();
    for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value;
    expect(text).toContain('second line');
    expect(text.split('event: content_block_stop')).toHaveLength(2);
    const whole = (await (await post(body('go'))).json()) as { content: unknown };
    expect(whole.content).toEqual([{ type: 'text', text: 'first line\nsecond line' }]);
  });

  it('refuses with the status, name and headers of the script', async () => {
    await start(() => ({
      refuse: { status: 529, type: 'overloaded_error', message: 'busy', headers: { 'retry-after': '7' } },
    }));
    const response = await post(body('go', { stream: true }));
    expect(response.status).toBe(529);
    expect(response.headers.get('retry-after')).toBe('7');
    expect(await response.json()).toEqual({
      type: 'error',
      error: { type: 'overloaded_error', message: 'busy' },
    });
  });

  it('waits for a future request, and lists the requests so far when none matches', async () => {
    await start();
    const waiting = model.waitFor((r) => r.prompt === 'late');
    await post(body('early'));
    await post(body('late'));
    expect((await waiting).prompt).toBe('late');
    expect((await model.waitFor((r) => r.prompt === 'early')).prompt).toBe('early');
    await expect(model.waitFor((r) => r.prompt === 'never', 20)).rejects.toThrow('"early", "late"');
  });

  it('counts a request that the agent aborts', async () => {
    await start(() => ({ blocks: [], hold: new Promise(() => undefined) }));
    const client = request(`${model.url}/v1/messages`, { method: 'POST' });
    const broken = new Promise((resolve) => client.on('error', resolve));
    client.end(JSON.stringify(body('go')));
    await until(() => model.requests.length > 0);
    client.destroy();
    await broken;
    await until(() => model.abandoned() > 0);
    expect(model.abandoned()).toBe(1);
  });

  it('answers health checks and token counts, and refuses unknown paths', async () => {
    await start();
    expect((await fetch(model.url, { method: 'HEAD' })).status).toBe(200);
    expect(await (await post(body('x'), '/v1/messages/count_tokens')).json()).toEqual({
      input_tokens: expect.any(Number) as number,
    });
    expect((await fetch(`${model.url}/v1/models`)).status).toBe(404);
    expect((await post({}, '/v1/elsewhere')).status).toBe(404);
  });

  it('tolerates bad JSON, missing messages, unknown blocks and a rule that throws', async () => {
    await start((r) => {
      if (r.prompt === 'throw') throw new Error('a mistake in the script');
      return null;
    });
    for (const bad of ['', '{', '[', '"x"', 'null']) expect((await post(bad)).status).toBe(400);
    for (const odd of [{}, { messages: 7 }, { messages: [null, { role: 'user', content: [null, 3] }] }])
      expect((await post(odd)).status).toBe(200);
    const failed = await post(body('throw'));
    expect(failed.status).toBe(500);
    expect(await failed.text()).toContain('a mistake in the script');
    expect((await post(body('fine'))).status).toBe(200);
  });

  it('does not record small requests without tools', async () => {
    await start();
    await post(body('title, please', { tools: [] }));
    expect(model.requests).toEqual([]);
  });
});
