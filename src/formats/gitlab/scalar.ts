/**
 * What GitLab's YAML reader, Ruby's Psych, makes of a scalar without quotes, as the text that GitLab makes of it again:
 * `20.10` is `20.1`, `yes` is `true`, `012` is `10`. Others stay as they are.
 * Source: https://gitlab.com/gitlab-org/gitlab/-/issues/391422 and https://github.com/ruby/psych/blob/master/lib/psych/scalar_scanner.rb
 */
export function scalarText(text: string): string {
  if (/^(?:yes|true|on)$/i.test(text)) return 'true';
  if (/^(?:no|false|off)$/i.test(text)) return 'false';
  if (!/^[-+.:\d]/.test(text) || text.length > longest) return text;
  if (/^:./.test(text)) return /^:(["'])(.*)\1/.exec(text)?.[2] ?? text.slice(1);
  if (/^[-+]?\d[\d_]*(?::[0-5]?\d){1,2}$/.test(text)) return bySixties(text);
  const digits = text.replace(/[,_]/g, '');
  if (/^[-+]?(?:\d[\d_,]*)?\.\d*(?:[eE][-+]\d+)?$/.test(text)) return /\d/.test(text) ? floatText(Number(digits)) : text;
  const [, sign, octal, prefixed, decimal] = /^([-+]?)(?:0([0-7_,]+)|(0b[01_,]+|0x[\da-fA-F_,]+)|(0|[1-9](?:\d|[,_]\d)*))$/.exec(text) ?? [];
  const number = octal === undefined ? (prefixed ?? decimal)?.replace(/[,_]/g, '') : `0o${octal.replace(/[,_]/g, '')}`;
  // A prefix alone is no number.
  if (number === undefined || /^0[box]$/.test(number)) return text;
  const value = BigInt(number);
  return String(sign === '-' ? -value : value);
}

/** No number that anybody means has more digits. */
const longest = 60;

/** `22:22` counts in hours and minutes, whatever is meant. */
const bySixties = (text: string): string =>
  String(
    text
      .replaceAll('_', '')
      .split(':')
      .reduce((sum, part, index) => sum + Number(part) * 60 ** (2 - index), 0),
  );

/** A number as Ruby prints it. */
function floatText(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    const [, mantissa = '', sign = '', power = ''] = /^(.*)e([-+])(\d+)$/.exec(value.toExponential()) ?? [];
    return `${fraction(mantissa)}e${sign}${power.padStart(2, '0')}`;
  }
  return `${Object.is(value, -0) ? '-' : ''}${fraction(String(value))}`;
}

const fraction = (digits: string): string => (digits.includes('.') || !/\d/.test(digits) ? digits : `${digits}.0`);
