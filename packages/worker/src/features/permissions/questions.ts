import type { Question } from '../../agents/model';

/** What was chosen for one question. */
export interface Answer {
  /** Places of options, in the order of the options. */
  chosen: readonly number[];
  /** The person's own words. */
  text?: string;
}

/** How far a row of questions is answered. */
export interface Answers {
  /** The question being asked. */
  index: number;
  /** One for each question. */
  given: readonly Answer[];
}

/** Nothing answered yet. */
export function noAnswers(questions: readonly Question[]): Answers {
  return { index: 0, given: questions.map(() => ({ chosen: [] })) };
}

/** What the person does about the question that is being asked. */
export type AnswerStep =
  | { do: 'choose'; question: number; option: number }
  | { do: 'done'; question: number }
  | { do: 'write'; text: string }
  | { do: 'back' };

/**
 * The answers after a step; null for one that means nothing now: of a question that is not being asked (an old
 * button), an option that is not there, “done” with nothing chosen, or back from the first. A question with one answer
 * goes on to the next one with it; one with several is left by `done`. Beyond the last: {@link complete}.
 */
export function answerStep(
  questions: readonly Question[],
  { index, given }: Answers,
  step: AnswerStep,
): Answers | null {
  const question = questions[index];
  const answer = given[index];
  if (question === undefined || answer === undefined) return null;
  const with_ = (next: Answer, on: boolean): Answers => ({
    index: on ? index + 1 : index,
    given: given.map((one, i) => (i === index ? next : one)),
  });
  switch (step.do) {
    case 'choose': {
      if (step.question !== index || question.options[step.option] === undefined) return null;
      if (!question.multi) return with_({ chosen: [step.option] }, true);
      const off = answer.chosen.includes(step.option);
      const chosen = off
        ? answer.chosen.filter((one) => one !== step.option)
        : [...answer.chosen, step.option].sort((a, b) => a - b);
      return with_({ ...answer, chosen }, false);
    }
    case 'done': {
      if (step.question !== index || !question.multi) return null;
      const nothing = answer.chosen.length === 0 && answer.text === undefined;
      return nothing ? null : with_(answer, true);
    }
    case 'write':
      return question.multi
        ? with_({ ...answer, text: step.text }, false)
        : with_({ chosen: [], text: step.text }, true);
    case 'back':
      return index === 0 ? null : { index: index - 1, given };
  }
}

/** Whether every question has its answer. */
export function complete(questions: readonly Question[], { index }: Answers): boolean {
  return index >= questions.length;
}

/** One answer in words: the labels, and what the person wrote, with commas between, as the agent itself does. */
export function answerText(question: Question, { chosen, text }: Answer): string {
  const labels = chosen.flatMap((i) => question.options[i]?.label ?? []);
  return [...labels, ...(text === undefined ? [] : [text])].join(', ');
}

/** The answers as the agent takes them: question → answer. */
export function answersOf(questions: readonly Question[], { given }: Answers): Record<string, string> {
  return Object.fromEntries(
    questions.map((question, i) => [question.question, answerText(question, given[i] ?? { chosen: [] })]),
  );
}
