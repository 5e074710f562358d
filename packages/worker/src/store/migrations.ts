import { fault, FaultError } from '@ccbot/shared/faults/fault';
import type { Database } from './database';

/**
 * Each step brings the schema one version further. A released step never changes, nor do its comments: SQLite stores them
 * with the schema.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE updates (
    id INTEGER PRIMARY KEY,          -- Telegram's update_id
    lane TEXT NOT NULL,              -- updates of one lane (chat) are handled in order
    body TEXT NOT NULL,              -- the update as received; emptied once done
    state TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'claimed', 'done', 'failed')),
    claimed_by TEXT,                 -- the instance that handles it
    tries INTEGER NOT NULL DEFAULT 0,
    error TEXT,
    received_at INTEGER NOT NULL,
    settled_at INTEGER
  ) STRICT;
  CREATE INDEX updates_open ON updates (state, lane, id);
  CREATE INDEX updates_received ON updates (received_at, id);

  CREATE TABLE prompts (
    id INTEGER PRIMARY KEY,          -- the update it came with
    session TEXT NOT NULL,
    chat INTEGER NOT NULL,
    message INTEGER NOT NULL,
    text TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'typing', 'typed', 'confirmed', 'dropped')),
    at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX prompts_open ON prompts (session, state, id);

  CREATE TABLE sessions (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;

  CREATE TABLE tails (session TEXT PRIMARY KEY, path TEXT NOT NULL, "offset" INTEGER NOT NULL) STRICT;

  CREATE TABLE settings (scope TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (scope, key)) STRICT;

  CREATE TABLE wishes (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    chat INTEGER NOT NULL,
    key TEXT NOT NULL,
    rank INTEGER NOT NULL,           -- 0 ask, 1 everything else
    body TEXT NOT NULL,              -- Wanted as JSON
    tries INTEGER NOT NULL DEFAULT 0,
    version INTEGER NOT NULL DEFAULT 0, -- counts the newer wishes that took this one's place
    UNIQUE (chat, key)
  ) STRICT;

  CREATE TABLE posted (
    chat INTEGER NOT NULL,
    key TEXT NOT NULL,
    part INTEGER NOT NULL,
    message INTEGER,                 -- null: a send began and its outcome is unknown
    hash TEXT NOT NULL,              -- of what is shown
    at INTEGER NOT NULL,
    PRIMARY KEY (chat, key, part)
  ) STRICT;

  CREATE TABLE pauses (chat INTEGER PRIMARY KEY, until INTEGER NOT NULL) STRICT;
  `,
  `
  ALTER TABLE posted ADD COLUMN file TEXT NOT NULL DEFAULT ''; -- which file the message carries; empty: none
  `,
  `
  ALTER TABLE pauses ADD COLUMN blocked INTEGER NOT NULL DEFAULT 0; -- 1: the person has blocked the bot
  `,
  `
  CREATE TABLE asks (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again: buttons carry it
    request TEXT NOT NULL UNIQUE,         -- the uuid that the waiting hook knows it by
    phase TEXT NOT NULL CHECK (phase IN ('open', 'decided', 'closed')),
    at INTEGER NOT NULL,
    body TEXT NOT NULL                    -- Ask as JSON
  ) STRICT;
  CREATE INDEX asks_open ON asks (phase, id);
  `,
  `
  ALTER TABLE updates ADD COLUMN failures INTEGER NOT NULL DEFAULT 0; -- tries that ended with an error; \`tries\` counts claims
  ALTER TABLE updates ADD COLUMN together INTEGER; -- the first of those it is handled with; kept for the next try
  CREATE INDEX updates_settled ON updates (state, settled_at);

  -- What Telegram is asked for next. Of its own, so that no jump of the clock can bring an older id back.
  CREATE TABLE next_update (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id INTEGER NOT NULL,
    at INTEGER NOT NULL              -- when the batch before it came
  ) STRICT;
  INSERT INTO next_update SELECT 1, id + 1, received_at FROM updates ORDER BY received_at DESC, id DESC LIMIT 1;

  -- Set aside for good, newest first.
  CREATE VIEW failed_updates AS
    SELECT id, lane, error, failures, tries, received_at, settled_at
    FROM updates WHERE state = 'failed' ORDER BY settled_at DESC, id DESC;

  -- What goes to an agent, until it is handed over and for as long as the person can edit it.
  CREATE TABLE parcels (
    id INTEGER PRIMARY KEY,          -- the first update of it
    chat INTEGER NOT NULL,
    session TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('preparing', 'ready', 'handed', 'void')),
    body TEXT NOT NULL,              -- Parcel as JSON
    at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX parcels_open ON parcels (state, session, id);

  CREATE TABLE parcel_messages (
    chat INTEGER NOT NULL,
    message INTEGER NOT NULL,
    parcel INTEGER NOT NULL REFERENCES parcels (id) ON DELETE CASCADE,
    PRIMARY KEY (chat, message)
  ) STRICT;
  CREATE INDEX parcel_messages_of ON parcel_messages (parcel);

  -- Files that came in, to be deleted when their time is over.
  CREATE TABLE inbox_files (path TEXT PRIMARY KEY, parcel INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;
  `,
  `
  CREATE TABLE veiled (               -- messages in which something is masked, as they are
    id TEXT PRIMARY KEY,
    chat INTEGER NOT NULL,
    body TEXT NOT NULL,               -- Wanted as JSON
    "open" TEXT NOT NULL DEFAULT '[]',-- the parts that the person wants to see
    at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE offers (               -- files that are sent when the person says so
    id TEXT PRIMARY KEY,
    chat INTEGER NOT NULL,
    body TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  `,
  `
  ALTER TABLE posted ADD COLUMN own TEXT;                     -- the message's own rows of buttons as JSON; null: it can have none
  ALTER TABLE posted ADD COLUMN foot TEXT NOT NULL DEFAULT '';-- the rows under them; empty: none
  ALTER TABLE posted ADD COLUMN session TEXT;                 -- the session it is of
  CREATE INDEX posted_message ON posted (chat, message);
  `,
  `
  UPDATE pauses SET until = 0; -- nobody can tell whether the clock was set back since; Telegram says again what holds
  ALTER TABLE pauses ADD COLUMN since INTEGER NOT NULL DEFAULT 0; -- when it began: later than now after the clock was set back
  `,
  `
  -- Who wrote which prompt of a transcript, where several people may use ccbot.
  CREATE TABLE askers (
    path TEXT NOT NULL,              -- of the transcript
    at INTEGER NOT NULL,             -- of the prompt's record in it
    chat INTEGER NOT NULL,
    PRIMARY KEY (path, at)
  ) STRICT;
  CREATE INDEX askers_at ON askers (at);
  `,
  `
  ALTER TABLE prompts ADD COLUMN own INTEGER NOT NULL DEFAULT 0; -- 1: the user wrote all of it; 0: perhaps somebody else did
  `,
  `
  ALTER TABLE posted ADD COLUMN thread INTEGER NOT NULL DEFAULT 0; -- the topic of the message; 0: the chat itself
  CREATE INDEX posted_thread ON posted (chat, thread, message);
  CREATE TABLE lost_threads (          -- topics that take no messages any more
    chat INTEGER NOT NULL,
    thread INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (chat, thread)
  ) STRICT;
  `,
  `
  ALTER TABLE tails ADD COLUMN last TEXT;          -- the last line before the offset, hashed
  ALTER TABLE tails ADD COLUMN at INTEGER;         -- when it was handled
  ALTER TABLE tails ADD COLUMN agent_session TEXT; -- the agent's own session
  `,
  `
  CREATE INDEX posted_at ON posted (at);
  CREATE INDEX posted_footed ON posted (chat, message) WHERE foot <> '';
  `,
  `
  CREATE TABLE unshared_messages (     -- messages whose machine the cluster does not know yet, oldest first
    seq INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,          -- as on the cluster: chat and message
    host TEXT NOT NULL
  ) STRICT;
  `,
];

/**
 * Brings the schema to the newest version, each step in its own transaction: a step that fails leaves the database as
 * the step before it did. Refuses a database of a later version.
 */
export function migrate(db: Database, steps: readonly string[] = MIGRATIONS): void {
  const version = Number(db.pragma('user_version'));
  if (version > steps.length) {
    throw new FaultError(
      fault('STORE_FAILED', {
        path: db.path,
        reason: `it was written by a later ccbot (schema ${version}, this one knows ${steps.length})`,
      }),
    );
  }
  steps.slice(version).forEach((sql, i) => {
    db.transaction(() => {
      db.exec(sql);
      db.pragma(`user_version = ${version + i + 1}`);
    });
  });
}
