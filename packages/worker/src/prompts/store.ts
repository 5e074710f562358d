import type { Prompt, PromptQueue, PromptText } from './model';
import type { Store } from '../store/open';

/** How many settled prompts of a session stay in the queue, to find the message that an answer replies to. */
const SETTLED_MAX = 20;

interface Row {
  id: number;
  session: string;
  chat: number;
  message: number;
  text: string;
  own: number;
  state: Prompt['state'];
}

/** The queue on disk, as the intake of messages needs it. */
export interface StoredPrompts extends PromptQueue {
  /** Replaces the text of a prompt that still waits; false when it no longer does. */
  reword(id: number, written: PromptText): boolean;
}

export function createPrompts(store: Store): StoredPrompts {
  const { db } = store;
  const insert = db.prepare(
    'INSERT OR IGNORE INTO prompts (id, session, chat, message, text, own, at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const select = db.prepare<[number], Row>('SELECT * FROM prompts WHERE id = ?');
  const selectIn = db.prepare<[string, string], Row>(
    'SELECT * FROM prompts WHERE session = ? AND state IN (SELECT value FROM json_each(?)) ORDER BY id',
  );
  const mark = db.prepare('UPDATE prompts SET state = ?, at = ? WHERE id = ?');
  const reword = db.prepare("UPDATE prompts SET text = ?, own = ? WHERE id = ? AND state = 'waiting'");
  const prune = db.prepare(
    "DELETE FROM prompts WHERE state IN ('confirmed', 'dropped') AND session = ? AND id NOT IN (SELECT id FROM prompts WHERE session = ? ORDER BY id DESC LIMIT ?)",
  );
  const prompt = (row: Row): Prompt => ({
    id: row.id,
    session: row.session,
    chatId: row.chat,
    messageId: row.message,
    text: row.text,
    ...(row.own === 1 ? { own: true } : {}),
    state: row.state,
  });
  return {
    add({ id, session, chatId, messageId, text, own }, at) {
      insert.run(id, session, chatId, messageId, text, own === true ? 1 : 0, at);
    },
    get(id) {
      const row = select.get(id);
      return row === undefined ? undefined : prompt(row);
    },
    reword: (id, { text, own }) => reword.run(text, own === true ? 1 : 0, id).changes > 0,
    ofSession: (session, states) => selectIn.all(session, JSON.stringify(states)).map(prompt),
    mark(id, state, at) {
      // On disk before the first key is pressed.
      if (state === 'typing') return store.durable(() => void mark.run(state, at, id));
      mark.run(state, at, id);
      const session = select.get(id)?.session;
      if (state === 'confirmed' && session !== undefined) prune.run(session, session, SETTLED_MAX);
    },
  };
}
