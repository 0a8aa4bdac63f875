import { describe, expect, test } from 'vitest';

import { httpCases, parseHttpCases } from '../support/http-cases.ts';
import { escapeField } from '../support/second-reading/escape.ts';
import { readMessages } from '../support/second-reading/messages.ts';

describe('the second reading', () => {
  const cases = httpCases();

  test('has cases to read', () => {
    expect(cases.length).toBeGreaterThan(250);
  });

  test.each(cases.map((one) => [one.name, one] as const))('%s', (_, { payload, messages }) => {
    const logged = readMessages(payload).map((message) => ({
      ...message,
      startLine: escapeField(message.startLine),
      fields: message.fields.map(escapeField),
    }));
    expect(logged).toEqual(messages);
  });
});

describe('the format of the cases', () => {
  test('escapes, joins and repeats', () => {
    const [one] = parseHttpCases(
      'x.txt',
      '# a\n-- prose\n| GET \\\\\\x00\n| \\{3:\\t}ä\\r\\n\n> request: GET\n>   agent: \\{2:b}\n> cut\n',
    );
    expect(one?.name).toBe('x.txt:1 a');
    expect(Buffer.from(one?.payload ?? []).toString('latin1')).toBe('GET \\\x00\t\t\t\xc3\xa4\r\n');
    expect(one?.messages).toEqual([{ kind: 'request', startLine: 'GET', fields: ['', 'bb'], cut: true }]);
  });

  test.each([
    ['a blank that nobody sees', '# a\n| GET \n> nothing\n', /x\.txt:2: blanks at the end/],
    ['a line of no kind', '# a\nGET\n', /x\.txt:2: not a line of a case: GET/],
    ['payload without a case', '| GET\n', /x\.txt:1: not a line/],
    ['an unknown escape', '# a\n| \\q\n> nothing\n', /unknown escape/],
    ['a field of the other kind', '# a\n| x\n> request: x\n>   type: y\n', /not an expectation here/],
    ['no expectation', '# a\n| x\n', /x\.txt:1 a: says nothing/],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseHttpCases('x.txt', text)).toThrow(message);
  });
});
