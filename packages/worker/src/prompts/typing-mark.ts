import type { Prompt } from './model';

/** How far a prompt got on its way into the agent, as disk and window say, whatever happened to the worker. */
export type TypingStage =
  /** It comes next: no key of it was pressed. */
  | 'next'
  /** Keys of its text were pressed, and never Enter: the agent does not have it. */
  | 'text'
  /** Enter was pressed while the input line showed it, or in one sequence with its text. */
  | 'enter'
  /** Nothing tells. */
  | 'unknown';

const STAGES: readonly TypingStage[] = ['next', 'text', 'enter'];

/** The mark that a window carries from the first key of a stage on. */
export function typingMark(prompt: number, stage: Exclude<TypingStage, 'unknown'>): string {
  return `${prompt} ${stage}`;
}

/** How far a prompt got. `mark`: that of its window. */
export function stageOf(mark: string | undefined, { id, state }: Pick<Prompt, 'id' | 'state'>): TypingStage {
  if (state === 'typed') return 'enter';
  const [marked, stage] = mark?.split(' ') ?? [];
  return marked === String(id) ? (STAGES.find((known) => known === stage) ?? 'unknown') : 'unknown';
}
