/** How far a transcript was read: every byte before `offset` is handled. */
export interface TailMark {
  path: string;
  offset: number;
}

/** Where reading each session's transcript resumes after a restart, on disk. */
export interface TailMarks {
  get(session: string): TailMark | undefined;
  /** Part of the running transaction. */
  put(session: string, mark: TailMark): void;
  remove(session: string): void;
}
