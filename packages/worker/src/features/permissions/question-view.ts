import type { QuestionsSubject } from '../../agents/model';
import { cleanText } from '../../cards/clean';
import { visible } from '../../cards/visible';
import { join, plain, styled } from '../../cards/rich';
import type { Rich } from '../../cards/view';
import type { AgentRequest } from './model';
import { answerText } from './questions';
import type { RequestWords } from './words/words';

/** Shows the earlier answers and the current question with its options; a request that is not open shows all answers. */
export function questionBody(
  { questions }: QuestionsSubject,
  request: AgentRequest,
  words: RequestWords,
): Rich {
  const { index, given } = request.answers ?? { index: 0, given: [] };
  const isOpen = request.phase === 'open';
  const answered = questions.slice(0, isOpen ? index : questions.length).flatMap((question, i) => {
    const answer = given[i];
    const text = answer === undefined ? '' : answerText(question, answer);
    if (text === '') return isOpen ? [] : [plain(visible(question.question).text)];
    const label = question.header === '' ? question.question : question.header;
    return [join([plain(`${visible(label).text}: `), styled('bold', cleanText(text).trim())])];
  });
  const question = isOpen ? questions[index] : undefined;
  if (question === undefined) return join(answered, '\n');
  const options = question.options.map(({ label, description, preview }, i) =>
    join(
      [
        join([
          strong(`${i + 1}. ${label}`),
          plain(description === '' ? '' : `: ${visible(description).text}`),
        ]),
        preview === '' ? plain('') : verbatim(preview),
      ],
      '\n',
    ),
  );
  const written = given[index]?.text;
  return join(
    [
      join(answered, '\n'),
      strong(question.question),
      join(options, '\n'),
      plain(written === undefined ? '' : `✎ ${cleanText(written).trim()}`),
      styled('italic', question.multi ? words.several : ''),
    ],
    '\n\n',
  );
}

/** The agent's text is data: its markup is shown, not rendered. */
function strong(text: string): Rich {
  return styled('bold', visible(text).text);
}

function verbatim(text: string): Rich {
  return styled('pre', visible(text).text);
}
