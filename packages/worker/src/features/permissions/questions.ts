import type { Question } from '../../agents/model';

/** The answer to one question. */
export interface Answer {
  /** Indexes of options, ascending. */
  chosen: readonly number[];
  /** What the user wrote. */
  text?: string;
}

export interface Answers {
  /** The current question. */
  index: number;
  /** One for each question. */
  given: readonly Answer[];
}

export function noAnswers(questions: readonly Question[]): Answers {
  return { index: 0, given: questions.map(() => ({ chosen: [] })) };
}

/** What the user does about the current question. */
export type AnswerStep =
  | { do: 'choose'; question: number; option: number }
  | { do: 'done'; question: number }
  | { do: 'write'; text: string }
  | { do: 'back' };

/**
 * The answers after a step. Null for a step that means nothing now: a question that is not the current one (an old
 * button), an option that does not exist, `done` with nothing chosen, or `back` from the first question. An answer
 * moves to the next question, except with several answers, where `done` does. After the last: {@link complete}.
 */
export function answerStep(
  questions: readonly Question[],
  { index, given }: Answers,
  step: AnswerStep,
): Answers | null {
  const question = questions[index];
  const answer = given[index];
  if (question === undefined || answer === undefined) return null;
  const replaced = (next: Answer, moves: boolean): Answers => ({
    index: moves ? index + 1 : index,
    given: given.map((previous, i) => (i === index ? next : previous)),
  });
  switch (step.do) {
    case 'choose': {
      if (step.question !== index || question.options[step.option] === undefined) return null;
      if (!question.multi) return replaced({ chosen: [step.option] }, true);
      const isChosen = answer.chosen.includes(step.option);
      const chosen = isChosen
        ? answer.chosen.filter((option) => option !== step.option)
        : [...answer.chosen, step.option].sort((a, b) => a - b);
      return replaced({ ...answer, chosen }, false);
    }
    case 'done': {
      if (step.question !== index || !question.multi) return null;
      const isEmpty = answer.chosen.length === 0 && answer.text === undefined;
      return isEmpty ? null : replaced(answer, true);
    }
    case 'write':
      return question.multi
        ? replaced({ ...answer, text: step.text }, false)
        : replaced({ chosen: [], text: step.text }, true);
    case 'back':
      return index === 0 ? null : { index: index - 1, given };
  }
}

/** Whether every question is answered. */
export function complete(questions: readonly Question[], { index }: Answers): boolean {
  return index >= questions.length;
}

/** An answer as text: the labels and what the user wrote, joined with commas as the agent does. */
export function answerText(question: Question, { chosen, text }: Answer): string {
  const labels = chosen.flatMap((i) => question.options[i]?.label ?? []);
  return [...labels, ...(text === undefined ? [] : [text])].join(', ');
}

/** The answers in the agent's format: question → answer. */
export function answersOf(questions: readonly Question[], { given }: Answers): Record<string, string> {
  return Object.fromEntries(
    questions.map((question, i) => [question.question, answerText(question, given[i] ?? { chosen: [] })]),
  );
}
