import { expect, test } from 'vitest';
import { readOtlpUrl } from './otlp-url.ts';

test.each([
  ['http://h:4318', 'http://h:4318/v1/logs', undefined],
  ['http://h:4318/', 'http://h:4318/v1/logs', undefined],
  ['https://h/otlp', 'https://h/otlp/v1/logs', undefined],
  ['https://h/insert/opentelemetry/v1/logs/', 'https://h/insert/opentelemetry/v1/logs', undefined],
  ['https://u:p%40%3A@[::1]:4318', 'https://[::1]:4318/v1/logs', { user: 'u', password: 'p@:' }],
  ['https://u@h', 'https://h/v1/logs', { user: 'u', password: '' }],
  ['https://:p@h', 'https://h/v1/logs', { user: '', password: 'p' }],
])('%s', (text, href, credentials) => {
  expect(readOtlpUrl(text)).toEqual({ href, credentials });
});

test.each(['', 'h:4318', 'grpc://secret@h', 'http://h/?key=secret', 'http://h/#secret', 'http://u:secret%@h'])(
  '%j is none, and nothing of it is told',
  (text) => {
    const reason = readOtlpUrl(text);
    expect(reason).toEqual(expect.any(String));
    expect(reason).not.toContain('secret');
  },
);
