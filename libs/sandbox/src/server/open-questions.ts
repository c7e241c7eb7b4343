import type { Stanza } from '../protocol/stanza.js';

interface Question {
  resolve(answer: Stanza): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
}

/** The queries a server has sent to a client and that are not answered yet. */
export class OpenQuestions {
  private readonly questions = new Map<string, Question>();

  /** Resolves with the answer. @throws when it does not come in time or the questions are abandoned */
  open(id: string, milliseconds: number): Promise<Stanza> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.take(id)?.reject(new Error('no answer in time')), milliseconds).unref();
      this.questions.set(id, { resolve, reject, timer });
    });
  }

  /** Whether this stanza was an answer to one of them. */
  answer(stanza: Stanza): boolean {
    if (stanza.tag !== 'iq' || (stanza.attrs.type !== 'result' && stanza.attrs.type !== 'error')) return false;
    const question = this.take(stanza.attrs.id ?? '');
    question?.resolve(stanza);
    return question !== undefined;
  }

  abandon(): void {
    for (const id of [...this.questions.keys()]) this.take(id)?.reject(new Error('the connection closed'));
  }

  private take(id: string): Question | undefined {
    const question = this.questions.get(id);
    this.questions.delete(id);
    clearTimeout(question?.timer);
    return question;
  }
}
