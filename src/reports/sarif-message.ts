/** The words as a sentence: with a full stop, where they end in none. */
export const sentence = (words: string): string => (/[.!?]$/.test(words) ? words : `${words}.`);

/**
 * The text as it stands where SARIF would read `[…](…)` as a link and `{0}` as a placeholder. Nothing else is
 * touched: viewers that do not take the marks away again, GitHub's among them, would show them.
 */
export const unlinked = (text: string): string => text.replace(/\[(?=[^\]]*\]\()|\](?=\()/g, '\\$&').replace(/\{(\d+)\}/g, '{{$1}}');

/** The text as a link to a web page, or to a location by its number. */
export const linked = (text: string, target: string): string => `[${text.replace(/[[\]\\]/g, '\\$&').replace(/\{(\d+)\}/g, '{{$1}}')}](${target})`;
