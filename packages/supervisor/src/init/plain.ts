import { Interrupted, interruption, type Prompter } from './prompter';

/** The part of a terminal's input that we use. */
export interface PlainInput extends NodeJS.ReadableStream {
  setRawMode?(on: boolean): unknown;
}

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';

/** Asks line by line and without colours, on a terminal that cannot move its cursor (`TERM=dumb`). */
export function createPlainPrompter(input: PlainInput, output: NodeJS.WritableStream): Prompter {
  const terminal: PlainTerminal = { input, output, typedAhead: '' };
  const say = (text: string): void => void output.write(`${text}\n`);
  return {
    isInteractive: true,
    ...interruption(),
    secret: (question, _option, validate) => readLine(terminal, question, validate),
    text: async (question) => (await readLine(terminal, question)).trim(),
    async yes(question, _option, usual) {
      for (;;) {
        const answer = (await readLine(terminal, `${question} (y or n)`)).trim().toLowerCase();
        if (answer === '' && usual === 'no') return false;
        if (answer === 'y' || answer === 'yes') return true;
        if (answer === 'n' || answer === 'no') return false;
      }
    },
    waiting(what) {
      say(`${what} … (Ctrl-C stops)`);
      return say;
    },
    say,
  };
}

interface PlainTerminal {
  readonly input: PlainInput;
  readonly output: NodeJS.WritableStream;
  /** Keys typed before their question was asked. */
  typedAhead: string;
}

/**
 * Reads a line. With `validate` the input is hidden and the question repeated until the answer is valid. The terminal
 * stays in raw mode all that time, so that it never echoes a secret.
 */
function readLine(
  terminal: PlainTerminal,
  question: string,
  validate?: (answer: string) => string | undefined,
): Promise<string> {
  const { input, output } = terminal;
  const isHidden = validate !== undefined;
  return new Promise((resolve, reject) => {
    let answer = '';
    const finish = (settle: () => void): void => {
      input.off('data', onData);
      input.off('end', onEnd);
      input.setRawMode?.(false);
      input.pause();
      output.write('\n');
      settle();
    };
    const onEnd = (): void => finish(() => reject(new Interrupted()));
    const onKeys = (text: string): void => {
      const keys = [...text];
      for (let key = keys.shift(); key !== undefined; key = keys.shift()) {
        if (key === CTRL_C || key === CTRL_D) return onEnd();
        if (key === '\r' || key === '\n') {
          const problem = validate?.(answer);
          if (problem !== undefined) {
            output.write(`\n${problem}\n${question}: `);
            answer = '';
            continue;
          }
          terminal.typedAhead = keys.join('');
          return finish(() => resolve(answer));
        }
        if (key === '\u007f' || key === '\b') {
          if (answer !== '' && !isHidden) output.write('\b \b');
          answer = [...answer].slice(0, -1).join('');
        } else if (key >= ' ') {
          answer += key;
          if (!isHidden) output.write(key);
        }
      }
    };
    const onData = (chunk: Buffer | string): void => onKeys(chunk.toString());
    input.setRawMode?.(true);
    input.on('data', onData).on('end', onEnd);
    input.resume();
    output.write(`${question}: `);
    const ahead = terminal.typedAhead;
    terminal.typedAhead = '';
    onKeys(ahead);
  });
}
