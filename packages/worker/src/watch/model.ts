/** How far a transcript was read: every byte before `offset` is handled. */
export interface TailMark {
  path: string;
  offset: number;
  /** The last line before `offset`, hashed: the file may be another one by now, or have another path. Absent in old marks. */
  last?: string;
  /** When that line was handled, ms since the epoch. */
  at?: number;
  /** The agent's own session. */
  sessionId?: string;
}

/** Where reading each session's transcript resumes after a restart, on disk. */
export interface TailMarks {
  get(session: string): TailMark | undefined;
  /** Part of the running transaction. */
  put(session: string, mark: TailMark): void;
  remove(session: string): void;
}
