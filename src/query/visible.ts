// Text for a terminal: what it shows of it, and how wide that is.

// Controls drive terminals (Cc); direction marks and joiners (Cf) and foreign line ends (Zl, Zp) make one line look like another.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** A text of which every character that is no plain one is escaped: `\x1b`. */
export function visible(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}

/** Marks that are drawn over the character before them. */
const MARK = /^[\p{Mn}\p{Me}]$/u;
// East Asian Width W and F (Unicode's EastAsianWidth.txt), in its blocks, and pictures.
const WIDE =
  /^[\u{1100}-\u{115f}\u{2e80}-\u{303e}\u{3041}-\u{33ff}\u{3400}-\u{4dbf}\u{4e00}-\u{9fff}\u{a000}-\u{a4cf}\u{a960}-\u{a97f}\u{ac00}-\u{d7a3}\u{f900}-\u{faff}\u{fe30}-\u{fe6f}\u{ff00}-\u{ff60}\u{ffe0}-\u{ffe6}\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1faff}\u{20000}-\u{3fffd}]$/u;

function widthOfCharacter(character: string): number {
  if (character < '\u0300') return 1;
  if (MARK.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** What takes a column for each of its characters. */
const ASCII = /^[ -~]*$/;

/** Columns that a visible text takes. */
export function widthOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += widthOfCharacter(character);
  return width;
}

/** As much of a text as fits into so many columns, `mark` at its end where something was cut. */
export function cut(text: string, columns: number, mark: string): string {
  if (text.length <= columns && widthOf(text) <= columns) return text;
  let kept = '';
  let width = mark.length;
  for (const character of text) {
    width += widthOfCharacter(character);
    if (width > columns) return kept + mark;
    kept += character;
  }
  return kept;
}
