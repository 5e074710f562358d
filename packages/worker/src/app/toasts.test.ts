import { KernelUnderTest } from '../fixtures/kernel';
import { LANGUAGES, type Language } from '../words/language';

/** A name with every mark that Markdown may take for its own. */
const NAME = 'a_b_*c* `d` ~~e~~ ||f|| [g](h)';

const languages = Object.keys(LANGUAGES) as Language[];

describe.each(languages)('what is shown over the chat, %s', (language) => {
  const w = new KernelUnderTest({}, language);
  beforeAll(() => w.open());
  afterAll(() => w.close());

  /** The text with which Telegram shows the answer to a tap. */
  async function toastOf(data: string): Promise<unknown> {
    const id = `tap-${data}`;
    w.telegram.state.addUpdate({
      callback_query: {
        id,
        from: w.telegram.owner.user,
        chat_instance: '7',
        data,
        message: { message_id: w.telegram.owner.fromBot()[0]?.id, date: 0, chat: { id: 7, type: 'private' } },
      },
    });
    const answer = await w.until(() =>
      w.telegram.calls.find(
        ({ method, params }) => method === 'answerCallbackQuery' && params['callback_query_id'] === id,
      ),
    );
    return answer.params['text'];
  }

  it('shows the name of a session as it is, without marks of Markdown around it', async () => {
    await w.ready();
    w.rooms.sessions.rename(w.session, NAME);
    await w.until(() => w.telegram.owner.fromBot()[0]);
    expect(w.rooms.sessions.get(w.session)?.name).toBe(NAME);
    const switched = await toastOf(`go:${w.session}`);
    expect(switched).toContain(NAME);
    expect(String(switched).replace(NAME, '')).not.toMatch(/[*_`~|]/);
    const allowed = await toastOf(`all:${w.session}:minutes`);
    expect(allowed).toContain(NAME);
    expect(String(allowed).replace(NAME, '')).not.toMatch(/[*_`~|]/);
  });
});
