/** The value as JSON, two blanks a level, one line end at its end. What a terminal would act on is spelled out, so that it reads back the same. */
export const jsonText = (value: object): string => `${escaped(JSON.stringify(value, null, 2))}\n`;

/** What JSON may hold as it stands and a terminal would still act on. */
const escaped = (text: string): string => text.replace(/[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
