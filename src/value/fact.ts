/** A citable truth about Docker or a platform. */
export interface Fact {
  /** A sentence in the present tense, without a full stop. */
  readonly says: string;
  /** A public page or source that shows it. */
  readonly source: string;
}

export const fact = (says: string, source: string): Fact => ({ says, source });
