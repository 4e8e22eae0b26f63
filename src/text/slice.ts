/** A file as it was read. Offsets are UTF-16 code units, as in every JavaScript string. */
export interface Source {
  /** Relative to the project's root, with `/` on every system. */
  readonly path: string;
  readonly text: string;
}

/** A stretch of a file: `start` ≤ character < `end`. Lines and columns are worked out by reports, never carried. */
export interface Span {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}

/** A stretch of a file and what it is to become. */
export interface Edit {
  readonly at: Span;
  readonly text: string;
}

/** One part of a slice about to be cut: characters kept as they stand, or replaced by what they mean. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly as?: string;
}

/** A run of a slice's text that was written at one place; `kept` where both are the same characters. */
interface Run {
  readonly source: Source;
  readonly at: number;
  readonly length: number;
  readonly start: number;
  readonly end: number;
  readonly kept: boolean;
}

/**
 * Text lifted out of a file — unindented, unescaped, unquoted — that still knows
 * where each of its characters was written. Every parser reads a Slice, so shell in
 * a YAML block scalar is located exactly, with no code of its own.
 */
export class Slice {
  /** The file that it begins in. */
  readonly source: Source;
  readonly text: string;
  readonly #runs: readonly Run[];
  /** Where the slice stands as a whole, for one without any characters. */
  readonly #whole: { readonly start: number; readonly end: number };

  private constructor(source: Source, text: string, runs: readonly Run[], whole: { start: number; end: number }) {
    this.source = source;
    this.text = text;
    this.#runs = runs;
    this.#whole = whole;
  }

  static of(source: Source): Slice {
    const { length } = source.text;
    return new Slice(source, source.text, length === 0 ? [] : [{ source, at: 0, length, start: 0, end: length, kept: true }], { start: 0, end: length });
  }

  /**
   * These slices, at least one, as one text with `between` from each to the next; they may come of several files. A stretch
   * that goes over from one file to another stands where it begins.
   */
  static joined(slices: readonly [Slice, ...(readonly Slice[])], between: string): Slice {
    const [first] = slices;
    const whole = first.span();
    let text = '';
    let end = whole.end;
    const runs: Run[] = [];
    // One slice may stand in several places: what comes first is told by its number.
    for (const [index, slice] of slices.entries()) {
      if (index > 0) {
        const at = runs.at(-1);
        if (between !== '') runs.push({ source: at?.source ?? first.source, at: text.length, length: between.length, start: at?.end ?? end, end: at?.end ?? end, kept: false });
        text += between;
      }
      for (const run of slice.#runs) runs.push({ ...run, at: run.at + text.length });
      text += slice.text;
      if (slice.source === first.source) end = Math.max(end, slice.span().end);
    }
    return new Slice(first.source, text, runs, { start: whole.start, end });
  }

  /** The new slice made of these pieces of this one, in order; a piece outside the text is cut to it. */
  cut(pieces: Iterable<Piece>): Slice {
    let text = '';
    const runs: Run[] = [];
    let source: Source | undefined;
    let first: number | undefined;
    let last: number | undefined;
    const push = (run: Run): void => {
      const before = runs.at(-1);
      if (before?.kept && run.kept && before.end === run.start && before.source === run.source) runs[runs.length - 1] = { source: before.source, at: before.at, length: before.length + run.length, start: before.start, end: run.end, kept: true };
      else runs.push(run);
    };
    for (const piece of pieces) {
      const start = Math.max(0, Math.min(piece.start, this.text.length));
      const end = Math.max(start, Math.min(piece.end, this.text.length));
      const whole = this.span(start, end);
      if (whole.source === (source ??= whole.source)) {
        first = first === undefined ? whole.start : Math.min(first, whole.start);
        last = last === undefined ? whole.end : Math.max(last, whole.end);
      }
      if (piece.as !== undefined) {
        if (piece.as.length > 0) push({ source: whole.source, at: text.length, length: piece.as.length, start: whole.start, end: whole.end, kept: false });
        text += piece.as;
        continue;
      }
      for (const run of this.#within(start, end)) push({ source: run.source, at: text.length + run.at - start, length: run.length, start: run.start, end: run.end, kept: run.kept });
      text += this.text.slice(start, end);
    }
    return new Slice(source ?? this.source, text, runs, { start: first ?? this.#whole.start, end: last ?? this.#whole.end });
  }

  /** The same for slices of one text from the same places of the same file, and for no others. */
  get provenance(): string {
    return this.#runs.map(({ source, at, start, end, kept }) => `${source === this.source ? '' : source.path}${at}:${start}:${end}${kept ? '' : '~'}`).join();
  }

  /** The part between two offsets of `text`. */
  slice(start = 0, end = this.text.length): Slice {
    const run = start < end && end <= this.text.length ? this.#holding(start, end) : undefined;
    if (run === undefined) return this.cut([{ start, end }]);
    const at = { start: run.start + (start - run.at), end: run.start + (end - run.at) };
    return new Slice(run.source, this.text.slice(start, end), [{ source: run.source, at: 0, length: end - start, start: at.start, end: at.end, kept: true }], at);
  }

  /** Where this stretch was written. A stretch that touches an escape takes in the whole escape. */
  span(start = 0, end = this.text.length): Span {
    if (this.#runs.length === 0) return { source: this.source, ...this.#whole };
    if (end <= start) {
      const { source, at } = this.#offset(start);
      return { source, start: at, end: at };
    }
    const holding = this.#holding(start, end);
    if (holding !== undefined) return { source: holding.source, start: holding.start + (start - holding.at), end: holding.start + (end - holding.at) };
    let source: Source | undefined;
    let from = Number.POSITIVE_INFINITY;
    let to = Number.NEGATIVE_INFINITY;
    for (const run of this.#within(start, end)) {
      // What goes over into another file stands where it begins.
      if (run.source !== (source ??= run.source)) break;
      from = Math.min(from, run.start);
      to = Math.max(to, run.end);
    }
    return source === undefined ? { source: this.source, ...this.#whole } : { source, start: from, end: to };
  }

  /** The edit that leaves `text` here; undefined where it would have to be quoted or escaped anew. */
  edit(start: number, end: number, text: string): Edit | undefined {
    const at = this.span(start, end);
    const plain = /^[\w./:@=-]*$/;
    const exact = at.source.text.slice(at.start, at.end) === this.text.slice(start, end);
    return exact && plain.test(text) ? { at, text } : undefined;
  }

  /** Where the character at this offset begins in the file; past the end, where the last one ends. */
  #offset(offset: number): { readonly source: Source; readonly at: number } {
    const run = this.#runs[this.#find(offset)];
    if (run === undefined) return { source: this.source, at: this.#whole.start };
    if (offset >= run.at + run.length) return { source: run.source, at: run.end };
    return { source: run.source, at: run.kept ? run.start + (offset - run.at) : run.start };
  }

  /** The run that this stretch lies in as it stands in the file: most do. */
  #holding(start: number, end: number): Run | undefined {
    const run = this.#runs[this.#find(start)];
    return run?.kept === true && start >= run.at && end <= run.at + run.length ? run : undefined;
  }

  /** The index of the run that holds this offset, or of the last run. */
  #find(offset: number): number {
    let low = 0;
    let high = this.#runs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#runs[middle]?.at ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** What of each run lies between these offsets. A list: slices are cut so often that a generator's cost counts. */
  #within(start: number, end: number): readonly Run[] {
    const found: Run[] = [];
    for (let index = this.#find(start); index < this.#runs.length; index++) {
      const run = this.#runs[index];
      if (run === undefined || run.at >= end) break;
      const from = Math.max(run.at, start);
      const to = Math.min(run.at + run.length, end);
      if (to <= from) continue;
      if (from === run.at && to === run.at + run.length) found.push(run);
      else if (run.kept) found.push({ source: run.source, at: from, length: to - from, start: run.start + (from - run.at), end: run.start + (to - run.at), kept: true });
      else found.push({ source: run.source, at: from, length: to - from, start: run.start, end: run.end, kept: false });
    }
    return found;
  }
}
