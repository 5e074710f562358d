import { GaveUp, interruption, type Asker } from './asker';

/** What is used of a terminal's input. */
export interface PlainInput extends NodeJS.ReadableStream {
  setRawMode?(on: boolean): unknown;
}

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';

/** A person at a terminal that can place no cursor (`TERM=dumb`: an editor's shell, a teletype): line after line, without colour. */
export function createPlainAsker(input: PlainInput, output: NodeJS.WritableStream): Asker {
  const say = (text: string): void => void output.write(`${text}\n`);
  /** Typed ahead of the next question. */
  let typed = '';

  /**
   * Asks for a line, hidden where `wrong` says what is wrong with it. The terminal shows nothing by itself until one is
   * right, so that a secret stays one, whenever it is typed.
   */
  function line(question: string, wrong?: (answer: string) => string | undefined): Promise<string> {
    const hidden = wrong !== undefined;
    return new Promise((resolve, reject) => {
      let answer = '';
      const done = (end: () => void): void => {
        input.off('data', onData);
        input.off('end', onEnd);
        input.setRawMode?.(false);
        input.pause();
        output.write('\n');
        end();
      };
      const onEnd = (): void => done(() => reject(new GaveUp()));
      const take = (text: string): void => {
        const keys = [...text];
        for (let key = keys.shift(); key !== undefined; key = keys.shift()) {
          if (key === CTRL_C || key === CTRL_D) return onEnd();
          if (key === '\r' || key === '\n') {
            const why = wrong?.(answer);
            if (why !== undefined) {
              output.write(`\n${why}\n${question}: `);
              answer = '';
              continue;
            }
            typed = keys.join('');
            return done(() => resolve(answer));
          }
          if (key === '\u007f' || key === '\b') {
            if (answer !== '' && !hidden) output.write('\b \b');
            answer = [...answer].slice(0, -1).join('');
          } else if (key >= ' ') {
            answer += key;
            if (!hidden) output.write(key);
          }
        }
      };
      const onData = (chunk: Buffer | string): void => take(chunk.toString());
      input.setRawMode?.(true);
      input.on('data', onData).on('end', onEnd);
      input.resume();
      output.write(`${question}: `);
      const ahead = typed;
      typed = '';
      take(ahead);
    });
  }

  return {
    person: true,
    ...interruption(),
    secret: (question, _option, wrong) => line(question, wrong),
    async yes(question) {
      for (;;) {
        const answer = (await line(`${question} (y or n)`)).trim().toLowerCase();
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
